// The fields of a request, checked one by one; all faults are collected, none is thrown before the
// end.
#pragma once

#include "../http/problem.h"
#include "request_body.h"

#include <diamond/core/diamond.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::serve {

/// A field of a body that nobody asked for.
struct UnknownField {
  std::string field;
  std::string message;  // a sentence
  std::string meant;    // the field that it probably stands for; empty: none
};

class FieldReader {
 public:
  /// Keys that stand in the body twice are faults at once.
  explicit FieldReader(const JsonBody& body);

  /// An object within a body, which outlives this.
  explicit FieldReader(const Json& object) : object_(object) {}

  [[nodiscard]] bool has(std::string_view field);

  /// A number above 0 and within the quantity's limit, under a name of its own; 0 and a fault where
  /// it is none.
  double quantity(Quantity quantity, std::string_view field);
  double quantity(Quantity quantity) { return this->quantity(quantity, info(quantity).name); }

  /// The same where the field may be absent or null: then nothing.
  std::optional<double> optional_quantity(Quantity quantity);

  /// A grade; the first one and a fault where it is none.
  template <class Grade>
  Grade grade();

  /// A whole number in [least, most], or `otherwise` where the field is absent.
  std::size_t count(std::string_view field, std::size_t least, std::size_t most,
                    std::size_t otherwise);

  /// An array of 1 to `most` elements; null and a fault where it is none.
  const Json* array(std::string_view field, std::size_t most);

  /// Notes a fault of the caller's own.
  void fault(std::string_view field, std::string message, Json allowed = {});

  /// Throws ProblemError 422 with all faults, if there are any.
  void finish() const;

  /// Of many only the first.
  [[nodiscard]] std::vector<UnknownField> unknown_fields() const;

 private:
  const Json* find(std::string_view field);
  const Json* require(std::string_view field, const Json& allowed);

  const Json& object_;
  std::vector<std::string> asked_;
  std::vector<FieldError> faults_;
};

extern template Cut FieldReader::grade<Cut>();
extern template Color FieldReader::grade<Color>();
extern template Clarity FieldReader::grade<Clarity>();

}  // namespace diamond::serve
