// The parameters of a request's query, checked one by one; all faults are collected, none is thrown
// before the end. An empty parameter counts as none.
#pragma once

#include "../http/problem.h"

#include <diamond/core/clock.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::serve {

class QueryReader {
 public:
  using Query = std::multimap<std::string, std::string>;

  /// The query outlives this.
  explicit QueryReader(const Query& query) : query_(query) {}

  /// Names live as long as this.
  [[nodiscard]] std::optional<std::string> text(std::string_view name);

  /// In [least, most].
  [[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view name, std::int64_t least,
                                                         std::int64_t most);

  /// Of a model or a request: what an id may look like.
  [[nodiscard]] std::optional<std::string> id(std::string_view name);

  /// A day, or a time with its zone.
  [[nodiscard]] std::optional<Timestamp> time(std::string_view name);

  /// "true" or "false"; false where it is absent.
  [[nodiscard]] bool truth(std::string_view name);

  /// Notes a fault of the caller's own.
  void fault(std::string_view name, std::string message);

  /// Throws ProblemError 422 with all faults, if there are any. Parameters that nobody asked for
  /// are among them.
  void finish();

 private:
  const Query& query_;
  std::vector<std::string_view> asked_;
  std::vector<FieldError> faults_;
};

}  // namespace diamond::serve
