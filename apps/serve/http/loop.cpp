#include "loop.h"

#include <boost/asio/post.hpp>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

namespace diamond::serve {
namespace {

namespace asio = boost::asio;
using boost::asio::posix::stream_descriptor;
using boost::system::error_code;

constexpr auto tick = std::chrono::milliseconds(250);  // how exactly deadlines are kept
constexpr std::size_t most_together = 256;             // answers in one commit
constexpr int accepted_at_once = 64;                   // then others have their turn

/// After so many answers, clients on this machine (a proxy) get the processor before their next
/// requests are looked for: most are there then, and found without asking the reactor. After fewer
/// it would not pay for the turn that other programs take.
constexpr std::size_t crowd = 16;

}  // namespace

Loop::Loop(Shared& shared, const std::vector<Descriptor>& listening)
    : shared_(shared), tick_(io_), messages_(shared.application, shared.settings.idle_timeout) {
  for (const Descriptor& socket : listening)
    listening_.emplace_back(io_, socket.duplicate().release());
}

void Loop::run() {
  for (stream_descriptor& listening : listening_) wait_for_connections(listening);
  wait_for_tick();
  io_.run();
}

void Loop::wait_for_connections(stream_descriptor& listening) {
  listening.async_wait(stream_descriptor::wait_read, [this, &listening](const error_code& error) {
    if (!error) accept_all(listening);
  });
}

void Loop::accept_all(stream_descriptor& listening) {
  for (int i = 0; i < accepted_at_once; ++i) {
    const Accepted accepted = accept_from(listening.native_handle());
    if (accepted.socket >= 0) {
      admit(accepted);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      if (!idle_.empty()) close_longest_idle();
      resting_.push_back(&listening);
      return;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    }  // else: a client that gave up before it was accepted
  }
  wait_for_connections(listening);
}

void Loop::admit(const Accepted& accepted) {
  Connection::Socket socket(io_);
  error_code error;
  socket.assign(asio::generic::stream_protocol(accepted.family, 0), accepted.socket, error);
  if (error) {  // the system watches no more: the socket is ours still
    ::close(accepted.socket);
    return;
  }
  socket.non_blocking(true, error);
  ++shared_.connections;
  const auto connection = std::make_shared<Connection>(*this, std::move(socket), accepted.peer);
  connection->place = busy_.insert(busy_.end(), connection);
  connection->start();
  if (!has_too_many()) return;
  const bool has_older = idle_.front() != connection;
  if (has_older)
    close_longest_idle();
  else
    shared_.make_room();
}

void Loop::answer(std::shared_ptr<Connection> connection, RawRequest request,
                  const std::string& client) {
  // A refused request is not looked into, but what came of its body may be recorded.
  const bool is_bare_refusal = request.refusal && request.body.empty();
  if (is_bare_refusal || shared_.application.is_quick(request.target, request.body.size()))
    return hold({std::move(connection), messages_.answer(std::move(request), client)});
  asio::post(shared_.patient, [this, client, connection = std::move(connection),
                               request = std::move(request)]() mutable {
    Departure departure = Messages(shared_.application, shared_.settings.idle_timeout)
                              .answer(std::move(request), client);
    asio::post(io_, [this, connection = std::move(connection),
                     departure = std::move(departure)]() mutable {
      hold({std::move(connection), std::move(departure)});
    });
  });
}

/// Also what waits for no commit: answers that leave one after another wake their clients once, not
/// each time that one is ready.
void Loop::hold(Waiting waiting) {
  if (waiting_.empty()) asio::post(io_, [this] { commit_all(); });  // behind all that is ready now
  waiting_.push_back(std::move(waiting));
}

/// Once no more came while all that was ready had its turn: the more go together, the less each
/// costs.
void Loop::commit_all() {
  if (waiting_.size() > seen_waiting_ && waiting_.size() < most_together) {
    seen_waiting_ = waiting_.size();
    return asio::post(io_, [this] { commit_all(); });
  }
  seen_waiting_ = 0;
  std::vector<Waiting> leaving = std::exchange(waiting_, {});
  std::vector<Reply> replies;
  replies.reserve(leaving.size());
  for (Waiting& waiting : leaving) replies.push_back(std::move(waiting.departure.reply));
  shared_.application.commit(replies);
  const auto now = Connection::Clock::now();
  for (std::size_t i = 0; i < leaving.size(); ++i) {
    Departure& departure = leaving[i].departure;
    departure.reply = std::move(replies[i]);
    if (departure.reply.instead) messages_.write_instead(departure);
    tell(departure, now);
    leaving[i].connection->deliver(std::move(departure));
  }
  if (leaving.size() >= crowd) std::this_thread::yield();
}

void Loop::tell(const Departure& departure, Connection::Clock::time_point now) const {
  const AnsweredRequest answered{
      departure.method, departure.path,   departure.request_id,    departure.trace_id,
      departure.client, departure.status, now - departure.arrived, departure.reply.tally};
  for (Observer* observer : shared_.observers) observer->see(answered);
}

void Loop::enter_idle(Connection& connection) {
  idle_.splice(idle_.end(), busy_, connection.place);
}

void Loop::leave_idle(Connection& connection) {
  busy_.splice(busy_.end(), idle_, connection.place);
}

void Loop::forget(Connection& connection) {
  (connection.is_idle() ? idle_ : busy_).erase(connection.place);
  --shared_.connections;
  stop_when_empty();
}

bool Loop::has_too_many() const {
  return shared_.connections > shared_.settings.connections;
}

void Loop::make_room() {
  asio::post(io_, [this] {
    if (has_too_many() && !idle_.empty()) close_longest_idle();
  });
}

void Loop::close_longest_idle() {
  std::shared_ptr(idle_.front())->close();  // which takes it out of the list
}

void Loop::wait_for_tick() {
  tick_.expires_after(tick);
  tick_.async_wait([this](const error_code& error) {
    if (error) return;
    turned_ = Connection::Clock::now();
    close_overdue();
    for (stream_descriptor* listening : std::exchange(resting_, {})) accept_all(*listening);
    if (!is_done()) wait_for_tick();
  });
}

void Loop::close_overdue() {
  const auto now = Connection::Clock::now();
  while (!idle_.empty() && idle_.front()->deadline() <= now)
    std::shared_ptr(idle_.front())->close();
  std::vector<std::shared_ptr<Connection>> overdue;
  std::copy_if(busy_.begin(), busy_.end(), std::back_inserter(overdue),
               [&](const auto& connection) { return connection->deadline() <= now; });
  for (const std::shared_ptr<Connection>& connection : overdue) connection->expire();
}

void Loop::drain(bool has_heir) {
  asio::post(io_, [this, has_heir] { drain_here(has_heir); });
}

void Loop::drain_here(bool has_heir) {
  is_draining_ = true;
  if (!has_heir)
    for (stream_descriptor& listening : listening_) accept_all(listening);
  resting_.clear();
  listening_.clear();
  for (const std::shared_ptr<Connection>& connection : std::vector(idle_.begin(), idle_.end()))
    connection->drain();
  stop_when_empty();
}

Connection::Clock::duration Loop::silence() const {
  return Connection::Clock::now() - turned_.load();
}

bool Loop::is_done() const {
  return is_draining_ && busy_.empty() && idle_.empty();
}

void Loop::stop_when_empty() {
  if (is_done()) tick_.cancel();  // nothing is left to wait for
}

}  // namespace diamond::serve
