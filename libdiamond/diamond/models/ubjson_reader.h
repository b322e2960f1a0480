// Reads UBJSON (https://ubjson.org) from its first byte to its last, value by value, out of memory.
//
// The bytes need not be trusted: whatever they are, a reader ends, never looks outside of them, and
// keeps no more than a few times their size.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace diamond {

/// The bytes are not what was asked for; what they are not, in a few words.
class UbjsonError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Every method reads the value that comes next, and throws UbjsonError where it is none of that
/// type, or cut short.
class UbjsonReader {
 public:
  explicit UbjsonReader(std::string_view bytes) : rest_(bytes) {}

  /// An object. Calls `read_value(key)` for each of its members, which has to read the value.
  template <class ReadValue>
  void read_object(const ReadValue& read_value) {
    const Nesting nesting(*this);
    std::size_t left = open('{', '}');
    while (has_more(left, '}')) read_value(read_text());
  }

  /// An array. Calls `read_value()` for each of its elements, which has to read it.
  template <class ReadValue>
  void read_array(const ReadValue& read_value) {
    const Nesting nesting(*this);
    std::size_t left = open('[', ']');
    while (has_more(left, ']')) read_value();
  }

  [[nodiscard]] std::string_view read_string();

  /// An array of numbers; what `numbers` held is gone. Whole ones have to fit.
  void read_numbers(std::vector<float>& numbers);
  void read_numbers(std::vector<std::int32_t>& numbers);

  /// A value of any type.
  void skip();

  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

 private:
  /// So that what lies deep in itself cannot use up the stack.
  class Nesting {
   public:
    explicit Nesting(UbjsonReader& reader);
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { --reader_.depth_; }

   private:
    UbjsonReader& reader_;
  };

  template <class Number>
  void read_array_of(std::vector<Number>& numbers);
  template <class Number>
  [[nodiscard]] Number read_number(char type);
  template <class Raw>
  [[nodiscard]] Raw read_raw();

  /// The start of an object or an array whose values bear their types; returns how many there are,
  /// `until_closed` where that is not said.
  [[nodiscard]] std::size_t open(char bracket, char closing);
  [[nodiscard]] bool has_more(std::size_t& left, char closing);
  void skip_numbers();

  [[nodiscard]] std::size_t read_length();
  /// A length and so many bytes.
  [[nodiscard]] std::string_view read_text();
  [[nodiscard]] std::string_view take(std::size_t count);
  [[nodiscard]] char take_one() { return take(1).front(); }
  [[nodiscard]] bool next_is(char c);
  [[nodiscard]] bool take_if(char c);
  void expect(char c);

  std::string_view rest_;
  int depth_ = 0;
};

}  // namespace diamond
