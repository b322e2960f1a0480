// Any bytes, in any pieces, as what a client sends: the requests do not depend on the pieces, every
// one of them has an answer, and after a refusal there is none.
#include "http/messages.h"
#include "http/request_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace diamond::serve;

namespace {

/// Says what it was asked.
class Echo final : public Application {
 public:
  [[nodiscard]] bool is_quick(std::string_view /*target*/, std::size_t /*body*/) const override {
    return true;
  }
  [[nodiscard]] Reply reply(const Request& request) const override {
    Reply reply;
    if (request.refusal) reply.answer.status = request.refusal->status;
    reply.answer.body = request.method + " " + request.path + " " + request.body;
    return reply;
  }
  void commit(std::span<Reply> /*replies*/) const override {}
};

std::vector<RawRequest> requests_in(std::string_view bytes, std::size_t piece) {
  RequestReader reader({2048, 4096});
  std::vector<RawRequest> requests;
  std::string inbox;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    inbox += bytes.substr(at, piece);
    std::string_view left = inbox;
    while (true) {
      while (const std::size_t used = reader.read(left)) left.remove_prefix(used);
      (void)reader.wants_continue();
      if (!reader.is_whole()) break;
      requests.push_back(reader.take());
      if (requests.back().refusal) return requests;
    }
    inbox.erase(0, inbox.size() - left.size());
  }
  reader.end();  // what could still have become a request is none now
  if (reader.is_whole()) requests.push_back(reader.take());
  return requests;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void check_same(const std::vector<RawRequest>& a, const std::vector<RawRequest>& b) {
  require(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    require(a[i].refusal.has_value() == b[i].refusal.has_value());
    if (a[i].refusal) continue;
    require(a[i].method == b[i].method && a[i].target == b[i].target && a[i].body == b[i].body &&
            a[i].keep_alive == b[i].keep_alive);
  }
}

void check_answered(RawRequest request, Messages& messages) {
  const bool refused = request.refusal.has_value();
  const bool keep_alive = request.keep_alive;
  const Departure departure = messages.answer(std::move(request), "192.0.2.7");
  const std::string& answer = departure.bytes;
  require(answer.starts_with("HTTP/1.1 ") && answer.find("\r\n\r\n") != std::string::npos);
  const std::string head = answer.substr(0, answer.find("\r\n\r\n"));
  require(head.find("X-Request-Id: ") != std::string::npos);
  require((head.find("\r\nConnection: close") != std::string::npos) == !departure.keep_alive);
  require(keep_alive || !departure.keep_alive);  // the library refuses some of what was read
  require(!refused || !keep_alive);
  require(std::count(head.begin(), head.end(), '\n') < 8);  // no header that a client made
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static const Echo echo;
  static Messages messages(echo, 60);
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::vector<RawRequest> whole = requests_in(bytes, bytes.size());
  check_same(whole, requests_in(bytes, data[0] % 64 + 1));
  for (const RawRequest& request : whole) check_answered(request, messages);
  return 0;
}
