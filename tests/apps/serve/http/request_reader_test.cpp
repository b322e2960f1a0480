#include "http/request_reader.h"

#include "catch.h"
#include "support/messages.h"

#include <optional>
#include <string>
#include <vector>

using namespace diamond::serve;
using namespace diamond::testing;

namespace {

/// Feeds the bytes in pieces, as a connection does; what was not read comes again with more.
class Client {
 public:
  explicit Client(std::size_t piece = 65536, const RequestLimits& limits = {})
      : reader(limits), piece_(piece) {}

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::string_view next = bytes.substr(0, piece_);
      bytes.remove_prefix(next.size());
      inbox_.append(next);
      read();
    }
  }

  /// The requests that are there.
  std::vector<RawRequest> taken;
  RequestReader reader;
  int continues = 0;

 private:
  void read() {
    std::string_view left = inbox_;
    while (!is_refused()) {
      while (const std::size_t used = reader.read(left)) left.remove_prefix(used);
      if (reader.wants_continue()) ++continues;
      if (!reader.is_whole()) break;
      taken.push_back(reader.take());
    }
    inbox_.erase(0, inbox_.size() - left.size());
  }

  [[nodiscard]] bool is_refused() const { return !taken.empty() && taken.back().refusal; }

  std::size_t piece_;
  std::string inbox_;
};

std::vector<RawRequest> requests_in(std::string_view bytes, std::size_t piece = 65536,
                                    const RequestLimits& limits = {}) {
  Client client(piece, limits);
  client.send(bytes);
  return client.taken;
}

/// The status of the refusal of the last request; 0: it was not refused.
int status_of(const std::vector<RawRequest>& requests) {
  REQUIRE_FALSE(requests.empty());
  return requests.back().refusal ? requests.back().refusal->status : 0;
}

const std::string host = "Host: shop\r\n";

std::string get(const std::string& fields) {
  return "GET / HTTP/1.1\r\n" + fields + "\r\n";
}

std::string post(const std::string& fields, const std::string& body) {
  return "POST /predict HTTP/1.1\r\n" + host + fields + "\r\n" + body;
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

struct Case {
  const char* what;
  std::string bytes;
  int status;
};

/// What a client may send that no server should take; the first fourteen are faults that were found
/// in cpp-httplib 0.11.4's own loop.
const std::vector<Case>& refused() {
  static const std::vector<Case> cases = {
      {"chunks that pass the limit together",
       post("Transfer-Encoding: chunked\r\n",
            repeated("3e8\r\n" + std::string(1000, 'a') + "\r\n", 4300)),
       413},
      {"an endless request line", "GET /" + std::string(100000, 'a'), 431},
      {"an endless header", "GET / HTTP/1.1\r\nHost: " + std::string(100000, 'a'), 431},
      {"any number of headers", "GET / HTTP/1.1\r\n" + repeated("A: b\r\n", 20000), 431},
      {"a compressed body", post("Content-Encoding: gzip\r\nContent-Length: 2\r\n", "{}"), 415},
      {"a chunk of negative size",
       post("Transfer-Encoding: chunked\r\n", "-5\r\nabcde\r\n0\r\n\r\n"), 400},
      {"a chunk size that wraps around",
       post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\na\r\n0\r\n\r\n"), 400},
      {"two lengths that differ", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{} "), 400},
      {"a length and chunks",
       post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {"a space before the colon", get("Host : shop\r\n"), 400},
      {"a bare LF", "GET / HTTP/1.1\nHost: shop\n\n", 400},
      {"a NUL in a header", get(host + std::string("A: b\0c\r\n", 8)), 400},
      {"HTTP/0.9", "GET /\r\n\r\n", 400},
      {"no Host", get("A: b\r\n"), 400},
      {"two Hosts", get(host + host), 400},
      {"a length that is no number", post("Content-Length: 2a\r\n", "{}"), 400},
      {"a negative length", post("Content-Length: -2\r\n", "{}"), 400},
      {"a length that wraps around", post("Content-Length: 18446744073709551618\r\n", "{}"), 400},
      {"a length beyond the limit", post("Content-Length: 4194305\r\n", ""), 413},
      {"another transfer coding", post("Transfer-Encoding: gzip\r\n", "{}"), 501},
      {"two transfer codings", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
      {"chunks in HTTP/1.0",
       "POST /predict HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
       "2\r\n{}\r\n0\r\n\r\n",
       400},
      {"a method that is not known", "BREW / HTTP/1.1\r\n" + host + "\r\n", 501},
      {"CONNECT", "CONNECT shop:443 HTTP/1.1\r\n" + host + "\r\n", 501},
      {"no HTTP at all", "\x16\x03\x01\x02 hello\r\n\r\n", 400},
      {"HTTP/2", "GET / HTTP/2.0\r\n" + host + "\r\n", 400},
      {"a target that is no path", "GET predict HTTP/1.1\r\n" + host + "\r\n", 400},
      {"* for another method than OPTIONS", "GET * HTTP/1.1\r\n" + host + "\r\n", 400},
      {"a folded header", get(host + "A: b\r\n c\r\nB: \x01\r\n"), 400},
      {"an empty header name", get(host + ": b\r\n"), 400},
      {"a chunk without its end", post("Transfer-Encoding: chunked\r\n", "2\r\n{}}}0\r\n\r\n"),
       400},
      {"an endless chunk extension",
       post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n1;" + std::string(100000, 'a')), 431},
      {"an endless chunk size", post("Transfer-Encoding: chunked\r\n", std::string(100000, '0')),
       431},
      {"a chunk extension beyond the limit that ends",
       post("Transfer-Encoding: chunked\r\n",
            "2;" + std::string(20000, 'a') + "\r\n{}\r\n0\r\n\r\n"),
       431},
      // Not behind the only one: Boost 1.74 asserts, wrongly, that a last chunk is never the first.
      {"an endless field behind the last chunk",
       post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\nA: " + std::string(100000, 'a')),
       431},
      {"any number of fields behind the last chunk",
       post("Transfer-Encoding: chunked\r\n",
            "2\r\n{}\r\n0\r\n" + repeated("A: b\r\n", 3000) + "\r\n"),
       431}};
  return cases;
}

}  // namespace

TEST_CASE("a request is read as it stands on the wire") {
  const std::vector<RawRequest> requests = requests_in(
      "POST /predict?explain=true HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
      "Origin: https://shop.example\r\nX-Request-Id: seven\r\nX-Forwarded-For: 10.0.0.1\r\n"
      "x-forwarded-for: 10.0.0.2\r\nContent-Length: 2\r\n\r\n{}");
  REQUIRE(requests.size() == 1);
  const RawRequest& request = requests[0];
  CHECK(request.method == "POST");
  CHECK(request.target == "/predict?explain=true");
  CHECK(request.content_type == "application/json");
  CHECK(request.origin == "https://shop.example");
  CHECK(request.host == "shop");
  CHECK(request.id == "seven");
  CHECK(request.forwarded_for == "10.0.0.1,10.0.0.2");
  CHECK(request.body == "{}");
  CHECK(request.keep_alive);
  CHECK_FALSE(request.refusal.has_value());
}

TEST_CASE("requests that are sent ahead are read one after another, in whatever pieces they come") {
  const std::string bytes =
      get(host) + post("Transfer-Encoding: chunked\r\n", "1\r\n{\r\n1;a=b\r\n}\r\n0\r\n\r\n") +
      post("Content-Length: 3\r\n", "[1]") + "GET /last HTTP/1.0\r\n\r\n";
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{1000}}) {
    const std::vector<RawRequest> requests = requests_in(bytes, piece);
    REQUIRE(requests.size() == 4);
    CHECK(requests[1].body == "{}");
    CHECK(requests[2].body == "[1]");
    CHECK(requests[3].target == "/last");
    CHECK(status_of(requests) == 0);
  }
}

TEST_CASE("what no server should take is refused with its status, in whatever pieces it comes") {
  for (const Case& one : refused())
    for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, std::size_t{65536}}) {
      INFO(one.what << ", " << piece << " bytes at a time");
      const std::vector<RawRequest> requests = requests_in(one.bytes, piece);
      CHECK(status_of(requests) == one.status);
      CHECK(requests.size() == 1);
      CHECK_FALSE(requests.back().keep_alive);
    }
}

// Found by tests/fuzz/door.cpp: the parser had taken the request line by itself.
TEST_CASE("a control character in what follows a header that came in pieces is no matter") {
  const std::string bytes = "GET / HTTP/1.0\r\n\r\nPOST / HTTP/1.1\r\n" + host +
                            "Content-Length: 3\r\n\r\n" + std::string("\0\n\1", 3);
  for (std::size_t piece = 1; piece < 60; ++piece) {
    const std::vector<RawRequest> requests = requests_in(bytes, piece);
    REQUIRE(requests.size() == 2);
    CHECK(status_of(requests) == 0);
    CHECK(requests[1].body == std::string("\0\n\1", 3));
  }
}

// Found by tests/fuzz/door.cpp: a Host behind the body was one Host too many.
TEST_CASE("fields behind a chunked body count for nothing, in whatever pieces they come") {
  const std::string bytes =
      post("X-Request-Id: seven\r\nTransfer-Encoding: chunked\r\n",
           "2\r\n{}\r\n0\r\nHost: b\r\nX-Request-Id: eight\r\nOrigin: x\r\n\r\n");
  for (const std::size_t piece : {std::size_t{1}, std::size_t{9}, std::size_t{65536}}) {
    const std::vector<RawRequest> requests = requests_in(bytes, piece);
    CHECK(status_of(requests) == 0);
    CHECK(requests[0].id == "seven");
    CHECK(requests[0].origin.empty());
    CHECK(requests[0].body == "{}");
  }
}

TEST_CASE("a refusal that has read the request line says whose it is") {
  const RawRequest request =
      requests_in(post("X-Request-Id: seven\r\nContent-Length: 99999999\r\n", "")).back();
  CHECK(request.method == "POST");
  CHECK(request.target == "/predict");
  CHECK(request.id == "seven");
  check_says(request.refusal->detail, {"longer than the 4194304 bytes"});
}

TEST_CASE("after a refusal nothing more is read") {
  CHECK(requests_in(get(host + host) + get(host)).size() == 1);
}

TEST_CASE("the limits are as they were set, and what just fits is read") {
  RequestLimits limits;
  limits.body = 5;
  limits.header = 200;
  CHECK(requests_in(post("Content-Length: 5\r\n", "12345"), 1, limits).back().body == "12345");
  CHECK(status_of(requests_in(post("Content-Length: 6\r\n", "123456"), 1, limits)) == 413);
  CHECK(status_of(
            requests_in(post("Transfer-Encoding: chunked\r\n", "3\r\n123\r\n3\r\n456\r\n0\r\n\r\n"),
                        1, limits)) == 413);
  CHECK(status_of(requests_in(get(host + "A: " + std::string(150, 'a') + "\r\n"), 1, limits)) == 0);
  CHECK(status_of(requests_in(get(host + "A: " + std::string(250, 'a') + "\r\n"), 1, limits)) ==
        431);
}

TEST_CASE("a chunked body may be longer than the limit of what stands around its chunks") {
  const std::string content(50000, 'a');
  const std::string fair = ";" + std::string(15000, 'a') + "\r\n";
  const std::string bytes =
      post("Transfer-Encoding: chunked\r\n",
           "c350" + fair + content + "\r\n2" + fair + "{}\r\n0" + fair + "A: b\r\n\r\n");
  for (const std::size_t piece : {std::size_t{7}, std::size_t{1000}, std::size_t{65536}})
    CHECK(requests_in(bytes, piece).back().body == content + "{}");
}

TEST_CASE("a target comes in origin form") {
  const auto target = [](const std::string& line) {
    return requests_in(line + " HTTP/1.1\r\nHost: shop\r\n\r\n").back().target;
  };
  CHECK(target("GET http://shop/logs?limit=3") == "/logs?limit=3");
  CHECK(target("GET http://shop") == "/");
  CHECK(target("GET http://shop?limit=3") == "/?limit=3");
  CHECK(target("OPTIONS *") == "/*");
  CHECK(target("GET /a?b=http://c/d") == "/a?b=http://c/d");
}

TEST_CASE("who may go on after the answer is told by version and Connection") {
  const auto goes_on = [](const std::string& version, const std::string& fields) {
    return requests_in("GET / HTTP/" + version + "\r\n" + host + fields + "\r\n").back().keep_alive;
  };
  CHECK(goes_on("1.1", ""));
  CHECK_FALSE(goes_on("1.1", "Connection: close\r\n"));
  CHECK_FALSE(goes_on("1.0", ""));
  CHECK(goes_on("1.0", "Connection: keep-alive\r\n"));
}

TEST_CASE(
    "a client that waits for 100 Continue is told of once, and only if its body is still to come") {
  Client client(1);
  const std::string fields = "Expect: 100-continue\r\nContent-Length: 2\r\n";
  client.send(post(fields, ""));
  CHECK(client.continues == 1);
  CHECK(client.reader.has_begun());
  client.send("{}");
  CHECK(client.continues == 1);
  REQUIRE(client.taken.size() == 1);
  CHECK(client.taken[0].body == "{}");

  Client eager;
  eager.send(post(fields, "{}"));
  CHECK(eager.continues == 0);
  Client too_large;
  too_large.send(post("Expect: 100-continue\r\nContent-Length: 5000000\r\n", ""));
  CHECK(too_large.continues == 0);
  CHECK(status_of(too_large.taken) == 413);
}

TEST_CASE("an end in the middle of a request is a refusal, and one between requests is none") {
  Client client;
  client.reader.end();
  CHECK_FALSE(client.reader.is_whole());
  client.send("GET / HT");
  client.reader.end();
  REQUIRE(client.reader.is_whole());
  CHECK(client.reader.take().refusal->status == 400);
}

TEST_CASE("a key comes as a bearer token or in a field of its own") {
  const auto credential = [](const std::string& fields) {
    const RawRequest request = requests_in(get(host + fields)).back();
    CHECK_FALSE(request.refusal.has_value());
    return request.credential;
  };
  CHECK(credential("").empty());
  CHECK(credential("Authorization: Bearer dk_7\r\n") == "dk_7");
  CHECK(credential("authorization: bEARER   dk_7 \r\n") == "dk_7");
  CHECK(credential("X-API-Key: dk_7\r\n") == "dk_7");
  CHECK(credential("x-api-key:dk_7\r\n") == "dk_7");
  CHECK(credential("X-API-Key: dk_7\r\nAuthorization: Bearer dk_7\r\n") == "dk_7");
  CHECK(credential("X-API-Key: \r\nAuthorization: Bearer dk_7\r\n") == "dk_7");
  CHECK(credential("Authorization: Basic dXNlcjpwYXNz\r\nX-API-Key: dk_7\r\n") == "dk_7");
  for (const char* none : {"Basic dk_7", "Bearer", "Bearer ", "Bearerdk_7", "dk_7", ""})
    CHECK(credential("Authorization: " + std::string(none) + "\r\n").empty());
}

TEST_CASE("two keys that differ are a refusal that shows neither of them") {
  for (const std::string& fields :
       {std::string("X-API-Key: dk_7\r\nAuthorization: Bearer dk_8\r\n"),
        std::string("X-API-Key: dk_7\r\nX-API-Key: dk_8\r\n"),
        std::string("Authorization: Bearer dk_7\r\nAuthorization: Bearer dk_8\r\n")}) {
    const RawRequest request = requests_in(get(host + fields)).back();
    REQUIRE(request.refusal.has_value());
    CHECK(request.refusal->status == 400);
    CHECK(request.refusal->detail == "the request has two keys that differ");
  }
}

TEST_CASE("a key behind a chunked body counts for nothing") {
  const std::string bytes =
      post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\nX-API-Key: dk_7\r\n\r\n");
  CHECK(requests_in(bytes).back().credential.empty());
}

TEST_CASE("a request id that is not sane is replaced") {
  for (const std::string& fields :
       {std::string(), std::string("X-Request-Id: a b\r\n"), std::string("X-Request-Id: \r\n")}) {
    const std::string id = requests_in(get(host + fields)).back().id;
    CHECK(id.size() == 32);
  }
}

TEST_CASE("the trace that a client names is read, and two are none") {
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  const std::string field = "traceparent: 00-" + trace + "-b7ad6b7169203331-01\r\n";
  const auto trace_of = [](const std::string& fields) {
    return requests_in("GET / HTTP/1.1\r\nHost: shop\r\n" + fields + "\r\n").at(0).trace_id;
  };
  CHECK(trace_of(field) == trace);
  CHECK(trace_of("TraceParent: \t00-" + trace + "-b7ad6b7169203331-00 \r\n") == trace);
  CHECK(trace_of(field + field).empty());
  CHECK(trace_of("traceparent: 00-" + trace + "\r\n").empty());
  CHECK(trace_of("").empty());
}
