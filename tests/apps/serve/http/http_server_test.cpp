#include "http/http_server.h"

#include "catch.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace diamond::serve;
using namespace std::chrono_literals;

namespace {

/// Does not come back from a request before it may.
class Stuck final : public Application {
 public:
  explicit Stuck(std::shared_future<void> until) : until_(std::move(until)) {}

  [[nodiscard]] bool is_quick(std::string_view /*target*/, std::size_t /*body*/) const override {
    return true;
  }
  [[nodiscard]] Reply reply(const Request& /*request*/) const override {
    until_.wait();
    return {};
  }
  void commit(std::span<Reply> /*replies*/) const override {}

 private:
  std::shared_future<void> until_;
};

/// Keeps the length of the last body that it was asked about.
class Measuring final : public Application {
 public:
  mutable std::atomic<std::size_t> body{0};

  [[nodiscard]] bool is_quick(std::string_view /*target*/, std::size_t length) const override {
    body = length;
    return true;
  }
  [[nodiscard]] Reply reply(const Request& /*request*/) const override { return {}; }
  void commit(std::span<Reply> /*replies*/) const override {}
};

/// On a port of this machine.
Descriptor listening_socket() {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0);
  REQUIRE(::listen(socket.number(), 1) == 0);
  return socket;
}

bool connect(const Descriptor& socket, int port) {
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(static_cast<std::uint16_t>(port));
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
}

Descriptor client_of(int port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(connect(socket, port));
  return socket;
}

/// Whether somebody takes connections there.
bool connects(int port) {
  return connect(Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), port);
}

void send(const Descriptor& client, std::string_view request) {
  REQUIRE(::send(client.number(), request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size()));
}

template <class Condition>
void wait_until(const Condition& condition) {
  while (!condition()) std::this_thread::sleep_for(1ms);
}

}  // namespace

TEST_CASE("a loop that something does not come back to falls silent, and is heard of again") {
  std::promise<void> release;
  const Stuck application(release.get_future());
  HttpSettings settings;
  settings.threads = 2;
  std::vector<Descriptor> handed;
  handed.push_back(listening_socket());
  HttpServer server(settings, application, {}, std::move(handed));
  std::jthread serving([&server] { server.run(); });
  const Descriptor client = client_of(server.port());
  send(client, "GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
  wait_until([&server] { return server.longest_silence() > 1s; });  // four times the usual
  release.set_value();
  wait_until([&server] { return server.longest_silence() < 1s; });
  server.stop();
}

TEST_CASE("whether a request is quick is asked with the length of its body, refused or not") {
  const Measuring application;
  HttpSettings settings;
  settings.port = 0;
  HttpServer server(settings, application);
  std::jthread serving([&server] { server.run(); });
  const Descriptor client = client_of(server.port());
  send(client, "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 7\r\n\r\n1234567");
  wait_until([&application] { return application.body == 7; });
  send(client, "POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n-5");
  send(client, "\r\n\r\n");
  wait_until([&application] { return application.body == 2; });
  server.stop();
}

TEST_CASE("a server that stops leaves its address to others at once, one that it was handed open") {
  const Measuring application;
  HttpSettings settings;
  settings.port = 0;
  HttpServer own(settings, application);
  std::vector<Descriptor> handed;
  handed.push_back(listening_socket());
  HttpServer heir(settings, application, {}, std::move(handed));
  std::jthread serving([&own] { own.run(); });
  std::jthread also_serving([&heir] { heir.run(); });
  own.stop();
  heir.stop();
  serving.join();
  also_serving.join();
  CHECK_FALSE(connects(own.port()));
  CHECK(connects(heir.port()));
}

TEST_CASE("a server takes over the sockets that it is handed, whatever its settings say") {
  std::promise<void> release;
  release.set_value();
  const Stuck application(release.get_future());
  HttpSettings settings;
  settings.host = "192.0.2.1";  // nobody's
  std::vector<Descriptor> handed;
  handed.push_back(listening_socket());
  handed.push_back(listening_socket());
  const Descriptor kept = handed.back().duplicate();
  CHECK(host_of(handed.front()) == "127.0.0.1");
  HttpServer server(settings, application, {}, std::move(handed));
  CHECK(server.port() != 0);
  int listens = 0;
  socklen_t size = sizeof listens;
  REQUIRE(::getsockopt(kept.number(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0);
  CHECK(listens == 1);
}
