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

  /// Fires unless it is destroyed before; then also for a socket that comes into scope later, as
  /// long as the deadline stands.
  class Deadline {
   public:
    Deadline(Interruption& interruption, std::chrono::milliseconds patience);
    ~Deadline();
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

   private:
    Interruption& interruption_;
    std::jthread timer_;
  };

  /// Also for every socket that comes into scope later.
  void fire_for_good();

 private:
  void fire(bool for_good);

  std::mutex mutex_;
  int socket_ = -1;
  bool is_fired_ = false;
  bool for_good_ = false;
};

}  // namespace diamond::serve
