#include "http_server.h"

#include "problem.h"
#include "request_id.h"

#include <diamond/core/error.h>

#include <httplib.h>

#include <limits>
#include <utility>

namespace diamond::serve {
namespace {

constexpr int backlog = 1024;  // connections that wait to be accepted
constexpr time_t keep_alive_seconds =
    5;  // also the longest that a drain waits for an idle connection

/// What the library read, in our words. `body` is filled by the caller.
Request request_from(const httplib::Request& message) {
  Request request;
  request.method = message.method;
  request.path = message.path;
  request.query = message.params;
  request.content_type = message.get_header_value("Content-Type");
  request.content_encoding = message.get_header_value("Content-Encoding");
  request.origin = message.get_header_value("Origin");
  const std::string id = message.get_header_value("X-Request-Id");
  request.id = is_sane_request_id(id) ? id : make_request_id();
  return request;
}

void send(const Answer& answer, const std::string& request_id, httplib::Response& response) {
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) response.set_header(name, value);
  response.set_header("X-Request-Id", request_id);
  response.set_content(answer.body, answer.content_type);
}

/// Reads the body to its end, so that the next request begins where this one stops, and keeps no
/// more than the limit.
void read_body(const httplib::Request& message, const httplib::ContentReader& reader,
               std::size_t limit, Request& request) {
  const auto take = [&](const char* data, std::size_t length) {
    const std::size_t room = limit - request.body.size();
    request.body.append(data, std::min(length, room));
    request.body_too_large = request.body_too_large || length > room;
    return true;
  };
  if (message.is_multipart_form_data())
    reader([](const httplib::MultipartFormData&) { return true; }, take);
  else
    reader(take);
}

}  // namespace

struct HttpServer::Implementation {
  Implementation(const HttpSettings& wanted, AnswerRequest answer_request)
      : settings(wanted), answer(std::move(answer_request)) {
    server.new_task_queue = [threads = settings.threads] {
      return new httplib::ThreadPool(threads);  // NOLINT(cppcoreguidelines-owning-memory): its way
    };
    server.set_tcp_nodelay(true);
    server.set_keep_alive_max_count(1'000'000);
    server.set_keep_alive_timeout(keep_alive_seconds);
    server.set_payload_max_length(
        std::numeric_limits<std::size_t>::max());  // read_body has its own
    add_routes();
    refuse_as_problems();
    bind();
  }

  /// Every path: the router behind `answer` knows which there are.
  void add_routes() {
    const std::string any = ".*";
    const auto with_body = [this](const httplib::Request& message, httplib::Response& response,
                                  const httplib::ContentReader& reader) {
      Request request = request_from(message);
      read_body(message, reader, settings.body_limit, request);
      send(answer(request), request.id, response);
    };
    const auto without_body = [this](const httplib::Request& message, httplib::Response& response) {
      const Request request = request_from(message);
      send(answer(request), request.id, response);
    };
    server.Get(any, without_body);  // HEAD too
    server.Options(any, without_body);
    server.Post(any, with_body);
    server.Put(any, with_body);
    server.Patch(any, with_body);
    server.Delete(any, with_body);
  }

  /// What the library refuses by itself has a status and no body.
  void refuse_as_problems() {
    server.set_error_handler([](const httplib::Request& message, httplib::Response& response) {
      if (!response.body.empty()) return;
      const Request request = request_from(message);
      send(to_answer(Problem::of_status(response.status), request), request.id, response);
    });
  }

  void bind() {
    int listening = -1;
    server.set_socket_options([&listening](int socket) {
      const int on = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
      listening = socket;
    });
    port = settings.port == 0 ? server.bind_to_any_port(settings.host)
           : server.bind_to_port(settings.host, settings.port) ? settings.port
                                                               : -1;
    if (port <= 0)
      throw StorageError(
          settings.host + ":" + std::to_string(settings.port), "this address cannot be listened on",
          "look whether another program has the port, or choose another with --port");
    ::listen(listening, backlog);  // the library's own backlog of 5 makes bursts wait for a second
  }

  HttpSettings settings;
  AnswerRequest answer;
  httplib::Server server;
  int port = -1;
};

HttpServer::HttpServer(const HttpSettings& settings, AnswerRequest answer)
    : implementation_(std::make_unique<Implementation>(settings, std::move(answer))) {}

HttpServer::~HttpServer() = default;

int HttpServer::port() const {
  return implementation_->port;
}

void HttpServer::run() {
  implementation_->server.listen_after_bind();
}

void HttpServer::stop() {
  implementation_->server.stop();
}

}  // namespace diamond::serve
