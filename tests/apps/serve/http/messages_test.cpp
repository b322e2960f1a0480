#include "http/messages.h"

#include "catch.h"

#include <string>
#include <string_view>

using namespace diamond::serve;

namespace {

/// Answers whatever is asked, refused requests as they are refused.
class Echo final : public Application {
 public:
  [[nodiscard]] bool is_quick(std::string_view /*target*/, std::size_t /*body*/) const override {
    return true;
  }
  [[nodiscard]] Reply reply(const Request& request) const override {
    Reply reply;
    reply.answer.status = request.refusal ? request.refusal->status : 200;
    reply.answer.body = request.path;
    return reply;
  }
  void commit(std::span<Reply> /*replies*/) const override {}
};

RawRequest get(std::string target) {
  RawRequest request;
  request.method = "GET";
  request.target = std::move(target);
  request.id = "request-7";
  request.keep_alive = true;
  return request;
}

bool has_line(const Departure& departure, const std::string& line) {
  const std::string head = departure.bytes.substr(0, departure.bytes.find("\r\n\r\n") + 2);
  return head.find("\r\n" + line + "\r\n") != std::string::npos;
}

}  // namespace

TEST_CASE("an answer keeps its connection where its request does") {
  const Echo echo;
  Messages messages(echo, 60);
  RawRequest last = get("/a");
  last.keep_alive = false;
  CHECK(messages.answer(get("/a"), "").keep_alive);
  CHECK_FALSE(has_line(messages.answer(get("/a"), ""), "Connection: close"));
  CHECK(has_line(messages.answer(std::move(last), ""), "Connection: close"));
}

TEST_CASE("an answer says when it was made, also one that takes the place of another") {
  const Echo echo;
  Messages messages(echo, 60);
  Departure departure = messages.answer(get("/a"), "");
  const std::size_t date = departure.bytes.find("\r\nDate: ");
  REQUIRE(date < departure.bytes.find("\r\n\r\n"));
  CHECK(departure.bytes.substr(date + 33, 6) == " GMT\r\n");
  departure.reply.instead = Answer{503, "text/plain", "no", {}};
  messages.write_instead(departure);
  CHECK(departure.bytes.find("\r\nDate: ") == departure.bytes.rfind("\r\nDate: "));
  CHECK(departure.bytes.find("\r\nDate: ") != std::string::npos);
}

TEST_CASE("an address that is too long is refused, and ends its connection as all refusals do") {
  const Echo echo;
  Messages messages(echo, 60);
  const std::string path = "/" + std::string(9000, 'a');
  const Departure refused = messages.answer(get(path + "?b"), "");
  CHECK(refused.status == 414);
  CHECK_FALSE(refused.keep_alive);
  CHECK(refused.bytes.starts_with("HTTP/1.1 414 "));
  CHECK(has_line(refused, "Connection: close"));
  CHECK(has_line(refused, "X-Request-Id: request-7"));
  CHECK((refused.bytes.ends_with("\r\n\r\n" + path)));
  const Departure next = messages.answer(get("/a"), "");
  CHECK(next.status == 200);
  CHECK(next.keep_alive);
}
