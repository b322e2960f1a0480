// Requests without a network, and what the server says of them.
#pragma once

#include "catch.h"
#include "http/message.h"
#include "http/problem.h"
#include "traffic/traffic_store.h"

#include <diamond/core/diamond.h>
#include <diamond/core/error.h>
#include <diamond/core/json.h>

#include <exception>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace diamond::testing {

inline serve::Request get(const std::string& path,
                          const std::multimap<std::string, std::string>& query = {}) {
  serve::Request request;
  request.method = "GET";
  request.path = path;
  request.query = query;
  request.id = "request-7";
  return request;
}

inline serve::Request post(const std::string& path, const std::string& body) {
  serve::Request request;
  request.method = "POST";
  request.path = path;
  request.content_type = "application/json";
  request.id = "request-7";
  request.body = body;
  return request;
}

/// As requests have it.
inline Json to_json(const Diamond& stone) {
  return {{"carat", stone.carat},
          {"cut", name_of(stone.cut)},
          {"color", name_of(stone.color)},
          {"clarity", name_of(stone.clarity)},
          {"depth", stone.depth},
          {"table", stone.table},
          {"x", stone.x},
          {"y", stone.y},
          {"z", stone.z}};
}

/// The problem that `work` throws. The test fails where it throws none, or something else.
template <class Work>
serve::Problem problem_of(const Work& work) {
  try {
    work();
  } catch (const serve::ProblemError& error) {
    return error.problem();
  } catch (const std::exception& error) {
    FAIL("another exception was thrown: " << error.what());
  }
  FAIL("nothing was thrown");
  return {};
}

/// The value of a header; empty where there is none.
inline std::string header(const serve::Answer& answer, const std::string& name) {
  for (const auto& [key, value] : answer.headers)
    if (key == name) return value;
  return {};
}

/// Keeps exchanges in memory. Not for several threads.
class MemoryStore final : public serve::TrafficStore {
 public:
  std::vector<serve::Exchange> exchanges;  // oldest first
  serve::LogQuery asked;                   // the last one
  bool broken = false;
  bool keeping = true;

  [[nodiscard]] bool keeps() const override { return keeping; }

  void record(std::span<const serve::Exchange* const> more) override {
    check();
    for (const serve::Exchange* exchange : more) add(*exchange);
  }

  void add(const serve::Exchange& exchange) {
    exchanges.push_back(exchange);
    exchanges.back().id = static_cast<std::int64_t>(exchanges.size());
  }

  /// The newest first, from `before` on, up to `limit`; whatever else is asked for.
  std::vector<serve::Exchange> read(const serve::LogQuery& query) override {
    check();
    asked = query;
    std::vector<serve::Exchange> found;
    for (auto exchange = exchanges.rbegin(); exchange != exchanges.rend(); ++exchange)
      if (exchange->id < query.before.value_or(exchange->id + 1) && std::ssize(found) < query.limit)
        found.push_back(*exchange);
    return found;
  }

 private:
  void check() const {
    if (broken) throw StorageError("memory", "the disk is full", "make room");
  }
};

}  // namespace diamond::testing
