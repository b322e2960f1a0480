#include "connection.h"

#include "loop.h"

#include <diamond/core/json.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace diamond::serve {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// How long, and for how many bytes, a client that was told off may go on talking: a socket that is
/// closed over unread bytes takes the answer down with it.
constexpr double lingering_seconds = 2;
constexpr std::size_t lingering_bytes = std::size_t{8} << 20U;

constexpr double last_call_seconds = 1;  // for a first request, once the server stops

Connection::Clock::time_point seconds_from_now(double seconds) {
  return Connection::Clock::now() + std::chrono::duration_cast<Connection::Clock::duration>(
                                        std::chrono::duration<double>(seconds));
}

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(Loop& loop, Socket socket, std::string peer)
    : loop_(loop),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      reader_(loop.settings().limits) {}

void Connection::start() {
  become_idle();
  wait_for_bytes();
}

void Connection::wait_for_bytes() {
  socket_.async_read_some(asio::buffer(first_bytes_),
                          [self = shared_from_this()](const error_code& error, std::size_t count) {
                            if (error == asio::error::eof) return self->on_end();
                            if (error) return self->close();
                            self->on_bytes(count);
                          });
}

void Connection::on_bytes(std::size_t count) {
  if (is_closed()) return;
  if (state_ == State::answering || state_ == State::writing) return;  // 408 came in between
  if (state_ == State::lingering) return discard(count);
  inbox_.append(first_bytes_.data(), count);
  if (count == first_bytes_.size()) take_the_rest();
  if (!is_closed()) go_on_reading();
}

/// More bytes than a request mostly has: through a larger buffer, which all connections share.
void Connection::take_the_rest() {
  const std::span<char> scratch = loop_.scratch();
  error_code error;
  const std::size_t count = socket_.read_some(asio::buffer(scratch.data(), scratch.size()), error);
  inbox_.append(scratch.data(), count);
  if (error == asio::error::eof) {
    has_ended_ = true;
  } else if (error && error != asio::error::would_block && error != asio::error::try_again) {
    close();
  }
}

void Connection::on_end() {
  has_ended_ = true;
  reader_.end();
  if (state_ == State::reading && reader_.is_whole()) return hand_over();
  close();
}

void Connection::go_on_reading() {
  std::string_view left = inbox_;
  while (const std::size_t used = reader_.read(left)) left.remove_prefix(used);
  inbox_.erase(0, inbox_.size() - left.size());
  if (reader_.is_whole()) return hand_over();
  if (reader_.has_begun() && state_ == State::idle) {
    loop_.leave_idle(*this);
    state_ = State::reading;
    deadline_ = seconds_from_now(loop_.settings().request_timeout);
  }
  if (reader_.wants_continue()) {
    error_code ignored;  // where these few bytes find no room, the client goes on by itself
    socket_.write_some(asio::buffer(go_on.data(), go_on.size()), ignored);
  }
  if (has_ended_) return on_end();
  if (state_ == State::idle && inbox_.capacity() > first_bytes_.size()) inbox_ = {};
  wait_for_bytes();
}

void Connection::hand_over() {
  if (state_ == State::idle) loop_.leave_idle(*this);
  has_asked_ = true;
  state_ = State::answering;
  deadline_ = Clock::time_point::max();
  RawRequest request = reader_.take();
  if (loop_.is_draining()) request.keep_alive = false;
  const std::string client =
      loop_.settings().trusted_proxies.client_of(peer_, request.forwarded_for);
  loop_.answer(shared_from_this(), std::move(request), client);
}

void Connection::deliver(Departure departure) {
  if (is_closed()) return;
  departure_ = std::move(departure);
  written_ = 0;
  state_ = State::writing;
  deadline_ = seconds_from_now(loop_.settings().request_timeout);
  write();
}

void Connection::write() {
  const std::string& bytes = departure_.bytes;
  while (written_ < bytes.size()) {
    error_code error;
    written_ +=
        socket_.write_some(asio::buffer(bytes.data() + written_, bytes.size() - written_), error);
    if (error == asio::error::would_block || error == asio::error::try_again)
      return socket_.async_wait(Socket::wait_write,
                                [self = shared_from_this()](const error_code& failed) {
                                  if (!failed) self->write();
                                });
    if (error) return close();
  }
  after_answer();
}

void Connection::after_answer() {
  departure_.bytes = {};
  if (!departure_.keep_alive || loop_.is_draining()) return linger();
  become_idle();
  // Others have their turn before the next request is looked for, and then it often is there.
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->is_idle()) self->go_on_reading();
  });
}

void Connection::become_idle() {
  state_ = State::idle;
  deadline_ = seconds_from_now(loop_.settings().idle_timeout);
  loop_.enter_idle(*this);
}

void Connection::linger() {
  if (has_ended_) return close();
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  state_ = State::lingering;
  deadline_ = seconds_from_now(lingering_seconds);
  inbox_ = {};
  wait_for_bytes();
}

void Connection::discard(std::size_t bytes) {
  discarded_ += bytes;
  if (discarded_ > lingering_bytes) return close();
  wait_for_bytes();
}

void Connection::expire() {
  if (state_ != State::reading) return close();
  reader_.refuse({408, "the request did not arrive in time: it has " +
                           Json(loop_.settings().request_timeout).dump() + " seconds"});
  hand_over();
}

void Connection::drain() {
  error_code ignored;
  if (has_asked_ && socket_.available(ignored) == 0) return close();
  deadline_ = std::min(deadline_, seconds_from_now(last_call_seconds));
}

void Connection::close() {
  if (is_closed()) return;
  error_code ignored;
  socket_.close(ignored);
  loop_.forget(*this);
  state_ = State::closed;
}

}  // namespace diamond::serve
