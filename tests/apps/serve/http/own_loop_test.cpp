// The front door against cpp-httplib's own loop: what both hand to the application is the same.
#include "catch.h"
#include "http/http_server.h"
#include "http/listening.h"

#include <diamond/core/random.h>

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace diamond;
using namespace diamond::serve;

namespace {

/// Says what it was asked.
class Echo final : public Application {
 public:
  [[nodiscard]] bool is_quick(std::string_view target, std::size_t /*body*/) const override {
    return target.size() % 2 == 0;
  }
  [[nodiscard]] Reply reply(const Request& request) const override {
    Reply reply;
    if (request.refusal) reply.answer.status = request.refusal->status;
    std::string& text = reply.answer.body;
    text = request.method + "\n" + request.path + "\n";
    for (const auto& [name, value] : request.query) text += name + "=" + value + "&";
    text += "\n" + request.body;
    return reply;
  }
  void commit(std::span<Reply> /*replies*/) const override {}
};

/// cpp-httplib as it comes, with the same application behind it.
class OwnLoop {
 public:
  explicit OwnLoop(const Application& application) : application_(application) {
    server_.new_task_queue = [] {
      return new httplib::ThreadPool(64);  // NOLINT(cppcoreguidelines-owning-memory): its way
    };
    server_.set_tcp_nodelay(true);
    server_.set_read_timeout(0, 10'000);  // microseconds: for what a mutation took away
    server_.set_payload_max_length(std::numeric_limits<std::size_t>::max());
    const auto with_body = [this](const httplib::Request& message, httplib::Response& response,
                                  const httplib::ContentReader& reader) {
      std::string body;
      const auto take = [&](const char* data, std::size_t length) {
        body.append(data, length);
        return true;
      };
      const bool is_whole =
          message.is_multipart_form_data()
              ? reader([](const httplib::MultipartFormData&) { return true; }, take)
              : reader(take);
      if (is_whole) answer(message, body, response);
    };
    const auto without_body = [this](const httplib::Request& message, httplib::Response& response) {
      answer(message, message.body, response);
    };
    server_.Get(".*", without_body);
    server_.Options(".*", without_body);
    server_.Post(".*", with_body);
    server_.Put(".*", with_body);
    server_.Patch(".*", with_body);
    server_.Delete(".*", with_body);
    port = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~OwnLoop() {
    server_.stop();
    thread_.join();
  }
  OwnLoop(const OwnLoop&) = delete;
  OwnLoop& operator=(const OwnLoop&) = delete;

  int port = 0;

 private:
  void answer(const httplib::Request& message, const std::string& body,
              httplib::Response& response) const {
    Request request;
    request.method = message.method;
    request.path = message.path;
    request.query = message.params;
    request.body = body;
    const Answer answer = application_.reply(request).answer;
    response.status = answer.status;
    response.set_content(answer.body, answer.content_type);
  }

  const Application& application_;
  httplib::Server server_;
  std::thread thread_;
};

class Door {
 public:
  explicit Door(const Application& application)
      : server_(settings(), application), thread_([this] { server_.run(); }) {}
  ~Door() {
    server_.stop();
    thread_.join();
  }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  [[nodiscard]] int port() const { return server_.port(); }

 private:
  static HttpSettings settings() {
    HttpSettings settings;
    settings.port = 0;
    return settings;
  }

  HttpServer server_;
  std::thread thread_;
};

/// The body of the first answer, once it is there whole and if it is 200.
std::optional<std::string> echoed(std::string_view answers, bool has_body, bool& is_whole) {
  constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  if (answers.starts_with(go_on)) answers.remove_prefix(go_on.size());
  const std::size_t head = answers.find("\r\n\r\n");
  is_whole = false;
  if (head == std::string_view::npos) return std::nullopt;
  const std::size_t field = answers.find("Content-Length: ");
  const std::size_t length =
      field < head && has_body ? std::strtoul(answers.data() + field + 16, nullptr, 10) : 0;
  is_whole = answers.size() >= head + 4 + length;
  if (!answers.starts_with("HTTP/1.1 200")) return std::nullopt;
  return std::string(answers.substr(head + 4, length));
}

enum class Ending { half_closed, open };

/// Sends the bytes; returns what `echoed` finds in what comes back. cpp-httplib's own loop has no
/// answer for a client that has closed its half.
std::optional<std::string> ask(int port, const std::string& bytes, std::size_t number,
                               Ending ending) {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in here{};
  here.sin_family = AF_INET;  // another address of this machine each time: one has too few ports
  here.sin_addr.s_addr = htonl(0x7f000001U + static_cast<std::uint32_t>(number % 60'000) * 4);
  ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&here), sizeof here);
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(static_cast<std::uint16_t>(port));
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0)
    return std::nullopt;
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count =
        ::send(socket.number(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) break;
    sent += static_cast<std::size_t>(count);
  }
  if (ending == Ending::half_closed) ::shutdown(socket.number(), SHUT_WR);
  std::string all;
  std::optional<std::string> found;
  std::array<char, 16384> piece{};
  for (bool is_whole = false; !is_whole;) {
    const ssize_t count = ::recv(socket.number(), piece.data(), piece.size(), 0);
    if (count <= 0) break;
    all.append(piece.data(), static_cast<std::size_t>(count));
    found = echoed(all, !bytes.starts_with("HEAD"), is_whole);
  }
  return found;
}

/// Requests, sound ones and such that a byte or a line of was lost, doubled or changed.
class Generator {
 public:
  explicit Generator(std::uint64_t number) : random_(20261125, number) {}

  std::string request() {
    const bool has_body = random_.below(2) == 0;
    const std::string method =
        has_body ? one_of({"POST", "PUT", "PATCH"}) : one_of({"GET", "HEAD", "DELETE", "OPTIONS"});
    std::string text =
        method + " " + target() + one_of({" HTTP/1.1\r\n", " HTTP/1.1\r\n", " HTTP/1.0\r\n"});
    text += "Host: shop\r\n";
    for (std::uint64_t i = random_.below(4); i > 0; --i) text += header();
    const std::string content = has_body ? body() : "";
    text += !has_body ? "Content-Length: 0\r\n\r\n"
            : random_.below(3) == 0
                ? "Transfer-Encoding: chunked\r\n\r\n" + chunked(content)
                : "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content;
    for (std::uint64_t i = random_.below(3); i > 0 && random_.below(2) == 0; --i) mutate(text);
    return text;
  }

 private:
  std::string one_of(const std::vector<std::string>& words) {
    return words[random_.below(words.size())];
  }

  std::string target() {
    std::string text = "/" + one_of({"predict", "samples", "a%20b", "%e2%82%ac", "a+b", "",
                                     "a/b//c", "%2e%2e", "%zz", "logs"});
    for (std::uint64_t i = random_.below(3); i > 0; --i)
      text += (text.find('?') == std::string::npos ? "?" : "&") +
              one_of({"limit=3", "a=b+c", "a=%26", "empty=", "bare", "a=1=2"});
    return text;
  }

  std::string header() {
    return one_of({"Content-Type: application/json\r\n", "Content-Type: text/plain\r\n",
                   "Accept: */*\r\n", "X-Request-Id: seven\r\n", "Origin: https://shop.example\r\n",
                   "Connection: close\r\n", "Connection: keep-alive\r\n", "User-Agent: t\r\n",
                   "Expect: 100-continue\r\n", "X-Long: " + std::string(500, 'x') + "\r\n"});
  }

  std::string body() {
    const std::uint64_t kind = random_.below(4);
    if (kind == 0) return "";
    if (kind == 1) return R"({"carat":1.0,"cut":"Ideal"})";
    std::string bytes(random_.below(3000), ' ');
    for (char& byte : bytes) byte = static_cast<char>(random_.below(256));
    return bytes;
  }

  std::string chunked(std::string_view content) {
    std::string text;
    while (!content.empty()) {
      const std::size_t size = std::min<std::size_t>(content.size(), 1 + random_.below(1000));
      std::array<char, 20> digits{};
      std::snprintf(digits.data(), digits.size(), "%zx\r\n", size);
      text += digits.data() + std::string(content.substr(0, size)) + "\r\n";
      content.remove_prefix(size);
    }
    return text + "0\r\n\r\n";
  }

  void mutate(std::string& text) {
    if (text.empty()) return;
    const std::size_t place = random_.below(std::min<std::size_t>(text.size(), 300));
    switch (random_.below(5)) {
      case 0:
        text[place] = static_cast<char>(random_.below(256));
        break;
      case 1:
        text.erase(place, 1 + random_.below(4));
        break;
      case 2:
        text.insert(place, one_of({"\r\n", " ", ":", "0", "-", "%", "/", ","}));
        break;
      case 3:
        text.insert(place, text.substr(place, random_.below(40)));
        break;
      default:
        text.resize(place);
        break;
    }
  }

  Random random_;
};

}  // namespace

TEST_CASE("what the door and cpp-httplib's own loop both answer they answer alike") {
  const char* wanted = std::getenv("DIAMOND_GENERATED_REQUESTS");  // NOLINT(concurrency-mt-unsafe)
  const std::size_t count = wanted == nullptr ? 2'000 : std::strtoul(wanted, nullptr, 10);
  constexpr std::size_t clients = 32;
  const Echo echo;
  const OwnLoop own_loop(echo);
  const Door door(echo);
  std::atomic<std::size_t> both{0};
  std::atomic<std::size_t> different{0};
  std::string first;  // of those that differ
  std::vector<std::thread> threads;
  for (std::size_t client = 0; client < clients; ++client)
    threads.emplace_back([&, client] {
      for (std::size_t i = client; i < count; i += clients) {
        const std::string request = Generator(i).request();
        const auto ours = ask(door.port(), request, i, Ending::half_closed);
        const auto theirs = ask(own_loop.port, request, i, Ending::open);
        if (!ours || !theirs) continue;
        ++both;
        if (*ours != *theirs && different++ == 0)
          first = request + "\n--- the door:\n" + *ours + "\n--- its own loop:\n" + *theirs;
      }
    });
  for (std::thread& thread : threads) thread.join();
  INFO(first);
  CHECK(different == 0);
  CHECK(both > count / 2);  // else nothing much was compared
}
