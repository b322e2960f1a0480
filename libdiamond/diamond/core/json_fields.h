// The fields of a JSON object, checked one by one; all faults are collected.
#pragma once

#include <diamond/core/diamond.h>
#include <diamond/core/json.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

/// What is wrong with one field.
struct FieldError {
  std::string field;
  std::string message;
  Json allowed;  // words, or {"above", "at_most"}; null: nothing to list
};

/// A field that nobody asked for.
struct UnknownField {
  std::string field;
  std::string message;  // a sentence
  std::string meant;    // the field that it probably stands for; empty: none
};

class JsonFields {
 public:
  /// The object outlives this.
  explicit JsonFields(const Json& object) : object_(object) {}

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

  [[nodiscard]] const std::vector<FieldError>& faults() const { return faults_; }

  /// All faults in a sentence: "carat is missing; x must be …"; empty where there are none.
  [[nodiscard]] std::string summary() const;

  /// Of many only the first.
  [[nodiscard]] std::vector<UnknownField> unknown_fields() const;

 private:
  const Json* find(std::string_view field);
  const Json* require(std::string_view field, const Json& allowed);

  const Json& object_;
  std::vector<std::string> asked_;
  std::vector<FieldError> faults_;
};

extern template Cut JsonFields::grade<Cut>();
extern template Color JsonFields::grade<Color>();
extern template Clarity JsonFields::grade<Clarity>();

}  // namespace diamond
