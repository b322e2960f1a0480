// A request and its answer, free of any HTTP library.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace diamond::serve {

/// A request that was read whole. Header names are those that the service cares about.
struct Request {
  std::string method;  // upper case: "GET"
  std::string path;    // decoded, without the query: "/models/20261123T081500Z-linear-3fa9c1"
  std::multimap<std::string, std::string> query;
  std::string content_type;      // empty: none was given
  std::string content_encoding;  // empty: none
  std::string origin;            // of a web page that asks; empty: none
  std::string id;                // X-Request-Id: the client's if it is sane, else one made here
  std::string body;
  bool body_too_large = false;  // then `body` holds only its beginning
};

struct Answer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // further ones
};

}  // namespace diamond::serve
