// A request and its answer, free of any HTTP library.
#pragma once

#include <any>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace diamond::serve {

/// Why the front door does not serve a request.
struct Refusal {
  int status = 400;
  std::string detail;
};

/// A request that was read whole, or as far as it had to be to refuse it. Header names are those
/// that the service cares about.
struct Request {
  std::string method;  // upper case: "GET"
  std::string path;    // decoded, without the query: "/models/20261123T081500Z-linear-3fa9c1"
  std::multimap<std::string, std::string> query;
  std::string content_type;     // empty: none was given
  std::string origin;           // of a web page that asks; empty: none
  std::string id;               // X-Request-Id: the client's if it is sane, else one made here
  std::string trace_id;         // of its traceparent, see trace_context.h; empty: none
  std::string client;           // the address that it comes from; empty: a unix socket
  bool is_forwarded = false;    // a proxy has passed it on, and says so
  std::string host;             // whom it is for, as the client has it; empty: it does not say
  std::string accept_encoding;  // the codings that the client takes; empty: it does not say
  std::string if_none_match;    // the entity tags of what the client has; empty: none
  std::string credential;       // the key that came with it, in clear: for no log; empty: none
  std::string body;
  std::optional<Refusal> refusal;  // the answer has to be this problem
};

struct Answer {
  int status = 200;
  std::string content_type = "application/json";  // empty: there is no body
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // further ones
  std::string etag = {};                                     // see entity_tag.h; empty: it has none
  std::shared_ptr<const std::string> gzipped = nullptr;      // the body, compressed beforehand
};

/// What is counted of a request.
struct Tally {
  std::string_view endpoint = "none";  // the application's name for it, which lives as long as that
  std::string model_id = {};           // that gave the prices
  std::size_t predictions = 0;         // prices in the answer
};

/// An answer on its way out.
struct Reply {
  Answer answer;
  std::any record;                // what has to be committed before the answer may leave; or empty
  std::optional<Answer> instead;  // set by a commit that failed: what leaves in its place
  Tally tally = {};
};

}  // namespace diamond::serve
