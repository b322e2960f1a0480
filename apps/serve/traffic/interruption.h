// How a call that waits for a socket is made to fail, from another thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace diamond::serve {

/// Shuts the socket down that is in its scope: who reads from it finds its end. libpq offers no
/// time limit for a server that is there and says nothing.
class Interruption {
 public:
  /// Between its two ends the socket can be shut down; it is never touched after.
  class Scope {
   public:
    Scope(Interruption& interruption, int socket);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Interruption& interruption_;
  };

  /// Fires unless it is destroyed before.
  class Deadline {
   public:
    Deadline(Interruption& interruption, std::chrono::milliseconds patience);

   private:
    std::jthread timer_;
  };

  void fire();

  /// Also every socket that comes into its scope later.
  void fire_for_good();

 private:
  std::mutex mutex_;
  int socket_ = -1;
  bool for_good_ = false;
};

}  // namespace diamond::serve
