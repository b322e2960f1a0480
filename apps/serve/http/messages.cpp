#include "messages.h"

#include "http_date.h"
#include "problem.h"

#include <httplib.h>

#include <algorithm>
#include <utility>

namespace diamond::serve {
namespace {

/// What cpp-httplib reads a request from and writes its answer to.
class MemoryStream final : public httplib::Stream {
 public:
  MemoryStream(std::string_view input, std::string& output) : input_(input), output_(output) {}

  [[nodiscard]] bool is_readable() const override { return !input_.empty(); }
  [[nodiscard]] bool is_writable() const override { return true; }

  ssize_t read(char* to, std::size_t size) override {
    const std::size_t count = input_.copy(to, size);
    input_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* from, std::size_t size) override {
    output_.append(from, size);
    return static_cast<ssize_t>(size);
  }

  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  [[nodiscard]] socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string_view input_;
  std::string& output_;
};

void remove_line(std::string& message, std::string_view line) {
  const std::size_t found = message.find(line);
  if (found < message.find("\r\n\r\n")) message.erase(found, line.size());
}

/// The library says a length of 0 where none may be said (RFC 9110, 8.6), and of HEAD alone that
/// parts can be asked for, which is not so.
void correct(Departure& departure) {
  const bool has_no_length = departure.status == 204 || departure.status == 304;
  if (has_no_length) remove_line(departure.bytes, "Content-Length: 0\r\n");
  if (departure.method == "HEAD") remove_line(departure.bytes, "Accept-Ranges: bytes\r\n");
}

}  // namespace

class Messages::Server : public httplib::Server {
 public:
  Server(const Application& application, double idle_timeout) : application_(application) {
    set_keep_alive_timeout(static_cast<time_t>(idle_timeout));
    set_keep_alive_max_count(1'000'000);
    set_error_handler([this](const httplib::Request& /*message*/, httplib::Response& response) {
      if (response.body.empty()) refused_ = response.status;
    });
    set_pre_routing_handler([this](const httplib::Request& message, httplib::Response& response) {
      if (instead_ != nullptr)
        put(*instead_, response);
      else
        answer(message, response);
      return HandlerResponse::Handled;
    });
  }

  Departure answer(RawRequest raw, const std::string& client) {
    Departure departure;
    departure.method = raw.method;
    departure.path = raw.target.substr(0, raw.target.find('?'));
    departure.request_id = raw.id;
    departure.trace_id = std::move(raw.trace_id);
    departure.client = client;
    departure.arrived = raw.arrived;
    departure.keep_alive = raw.keep_alive;
    const std::string target = raw.target;
    raw_ = std::move(raw);
    refused_ = 0;
    write(departure, target);
    if (refused_ != 0) refuse(departure);
    return departure;
  }

  void write_instead(Departure& departure, const Answer& answer) {
    departure.bytes.clear();
    instead_ = &answer;
    write(departure, "/");
    instead_ = nullptr;
  }

 private:
  /// One request in canonical form, without what the library need not know: of the method only
  /// whether a body leaves, and not even a length, for it never comes to reading a body.
  void write(Departure& departure, const std::string& target) {
    std::string text;
    text.reserve(target.size() + 64);
    text.append(departure.method == "HEAD" ? "HEAD " : "GET ");
    text.append(target).append(" HTTP/1.1\r\n");
    if (!departure.keep_alive) text += "Connection: close\r\n";
    text += "\r\n";
    departure.bytes.reserve(512);
    MemoryStream stream(text, departure.bytes);
    departure_ = &departure;
    process(*this, stream, !departure.keep_alive);
    correct(departure);
  }

  /// Debian 13's version wants to know the addresses too.
  template <class Self>
  static void process(Self& self, httplib::Stream& stream, bool close) {
    bool closed = false;
    const std::string none;
    if constexpr (requires { self.process_request(stream, none, 0, none, 0, close, closed, {}); })
      self.process_request(stream, none, 0, none, 0, close, closed, {});
    else
      self.process_request(stream, close, closed, {});
  }

  void put(Answer answer, httplib::Response& response) {
    departure_->status = answer.status;
    response.status = answer.status;
    for (auto& [name, value] : answer.headers) response.set_header(name, value);
    response.set_header("Date", clock_.now());
    response.set_header("X-Request-Id", departure_->request_id);
    if (!answer.etag.empty()) response.set_header("ETag", answer.etag);
    response.body = std::move(answer.body);
    if (!answer.content_type.empty()) response.set_header("Content-Type", answer.content_type);
  }

  void answer(const httplib::Request& message, httplib::Response& response) {
    Request request;
    request.method = raw_.method;
    request.path = message.path;
    request.query = message.params;
    request.content_type = std::move(raw_.content_type);
    request.origin = std::move(raw_.origin);
    request.accept_encoding = std::move(raw_.accept_encoding);
    request.if_none_match = std::move(raw_.if_none_match);
    request.id = std::move(raw_.id);
    request.trace_id = departure_->trace_id;
    request.client = departure_->client;
    request.is_forwarded = !raw_.forwarded_for.empty();
    request.host = std::move(raw_.host);
    request.credential = std::move(raw_.credential);
    request.body = std::move(raw_.body);
    request.refusal = std::move(raw_.refusal);
    departure_->reply = application_.reply(request);
    put(std::move(departure_->reply.answer), response);
  }

  /// What the library itself does not take, for instance a target longer than 8 KiB: said by the
  /// application too, in the form that is spoken at the address. As with all that is refused, the
  /// connection ends with it.
  void refuse(Departure& departure) {
    Request request;
    request.method = departure.method;
    request.path = departure.path;
    request.origin = std::move(raw_.origin);
    request.id = departure.request_id;
    request.trace_id = departure.trace_id;
    request.client = departure.client;
    request.refusal = Refusal{refused_, Problem::of_status(refused_).detail};
    departure.reply = application_.reply(request);
    departure.keep_alive = false;
    write_instead(departure, std::exchange(departure.reply.answer, {}));
  }

  // Of the message that is being written. cpp-httplib hands nothing of ours to its handlers.
  const Application& application_;
  HttpClock clock_;
  RawRequest raw_;
  Departure* departure_ = nullptr;
  const Answer* instead_ = nullptr;
  int refused_ = 0;  // the status that the library refuses it with; 0: it does not
};

Messages::Messages(const Application& application, double idle_timeout)
    : server_(std::make_unique<Server>(application, idle_timeout)) {}

Messages::~Messages() = default;

Departure Messages::answer(RawRequest request, const std::string& client) {
  return server_->answer(std::move(request), client);
}

void Messages::write_instead(Departure& departure) {
  server_->write_instead(departure, *departure.reply.instead);
}

}  // namespace diamond::serve
