// One thread of the front door: its connections, its clock, and its answers on their way out.
#pragma once

#include "connection.h"
#include "http_server.h"
#include "listening.h"
#include "messages.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace diamond::serve {

/// What the loops of a server have in common.
struct Shared {
  const HttpSettings& settings;
  const Application& application;
  const std::vector<Observer*> observers;
  boost::asio::thread_pool& patient;  // threads that may wait: for a database, say
  std::atomic<std::size_t> connections{0};
  std::function<void()> make_room;  // asks all loops
};

class Loop {
 public:
  /// `shared` outlives the loop. Throws std::system_error.
  Loop(Shared& shared, const std::vector<Descriptor>& listening);

  /// Serves until it is asked to drain, and until the last connection is gone.
  void run();

  /// From any thread. Connections that wait to be accepted then are left to the heir of the
  /// sockets; where there is none they would be reset, and are accepted.
  void drain(bool has_heir);

  /// From any thread: closes the connection that is idle longest, while there are too many.
  void make_room();

  /// From any thread: how long ago it last turned. It does so several times a second, unless
  /// something that it called does not come back.
  [[nodiscard]] Connection::Clock::duration silence() const;

  // What follows is for this loop's connections.

  [[nodiscard]] const HttpSettings& settings() const { return shared_.settings; }
  [[nodiscard]] bool is_draining() const { return is_draining_; }

  /// Where the bytes of any one connection are read to.
  [[nodiscard]] std::span<char> scratch() { return scratch_; }

  /// Has the application answer, and delivers the answer once it is committed.
  void answer(std::shared_ptr<Connection> connection, RawRequest request,
              const std::string& client);

  void enter_idle(Connection& connection);
  void leave_idle(Connection& connection);
  void forget(Connection& connection);

 private:
  struct Waiting {
    std::shared_ptr<Connection> connection;
    Departure departure;
  };

  void wait_for_connections(boost::asio::posix::stream_descriptor& listening);
  void accept_all(boost::asio::posix::stream_descriptor& listening);
  void admit(const Accepted& accepted);
  void wait_for_tick();
  void close_overdue();
  void close_longest_idle();
  [[nodiscard]] bool has_too_many() const;
  void drain_here(bool has_heir);
  [[nodiscard]] bool is_done() const;
  void stop_when_empty();
  void hold(Waiting waiting);
  void commit_all();
  void tell(const Departure& departure, Connection::Clock::time_point now) const;

  Shared& shared_;
  boost::asio::io_context io_{1};
  std::vector<boost::asio::posix::stream_descriptor> listening_;
  std::vector<boost::asio::posix::stream_descriptor*> resting_;  // until the next tick: no room
  boost::asio::steady_timer tick_;
  std::atomic<Connection::Clock::time_point> turned_{Connection::Clock::now()};
  Messages messages_;
  std::list<std::shared_ptr<Connection>> busy_;
  std::list<std::shared_ptr<Connection>> idle_;  // the longest idle first
  std::vector<Waiting> waiting_;                 // for the next commit
  std::size_t seen_waiting_ = 0;                 // so many when it was last looked
  std::array<char, std::size_t{64} << 10U> scratch_{};
  bool is_draining_ = false;
};

}  // namespace diamond::serve
