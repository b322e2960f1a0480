// One connection's life: bytes in, requests, answers, bytes out.
#pragma once

#include "messages.h"
#include "request_reader.h"

#include <boost/asio/generic/stream_protocol.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace diamond::serve {

class Loop;

/// Belongs to one loop and is touched by its thread only. One request is answered at a time; those
/// that a client sends ahead wait in the inbox. Between requests it holds little memory.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;
  using Socket = boost::asio::generic::stream_protocol::socket;
  using Place = std::list<std::shared_ptr<Connection>>::iterator;

  /// `peer`: the address of the other end; empty: a unix socket.
  Connection(Loop& loop, Socket socket, std::string peer);

  void start();

  /// The answer to the request that was handed to the loop.
  void deliver(Departure departure);

  /// Answers 408 where a request is half there, else closes. For the loop's clock.
  void expire();

  /// Closes a connection that is idle. But who has just come does not know that he has to ask
  /// again: the first request still has a second to arrive, and one that waits to be read is read.
  /// Requires: it is idle.
  void drain();

  /// Has the loop forget the connection, whatever its socket says. A second time: nothing.
  void close();

  [[nodiscard]] bool is_idle() const { return state_ == State::idle; }
  [[nodiscard]] Clock::time_point deadline() const { return deadline_; }

  Place place;  // in the loop's list of all, or of idle connections

 private:
  enum class State { idle, reading, answering, writing, lingering, closed };

  [[nodiscard]] bool is_closed() const { return state_ == State::closed; }
  void wait_for_bytes();
  void on_bytes(std::size_t count);
  void on_end();
  void take_the_rest();
  void go_on_reading();
  void hand_over();
  void write();
  void after_answer();
  void become_idle();
  void linger();
  void discard(std::size_t bytes);

  Loop& loop_;
  Socket socket_;
  std::string peer_;
  RequestReader reader_;
  State state_ = State::idle;
  Clock::time_point deadline_;
  std::array<char, 1024> first_bytes_{};
  std::string inbox_;        // bytes that came and were not read yet
  Departure departure_;      // the answer that is being written
  std::size_t written_ = 0;  // of its bytes
  std::size_t discarded_ = 0;
  bool has_asked_ = false;  // a request at least
  bool has_ended_ = false;  // the client has sent its last byte
};

}  // namespace diamond::serve
