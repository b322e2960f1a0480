#include <diamond/models/ubjson_reader.h>

#include <array>
#include <bit>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

namespace diamond {
namespace {

constexpr int deepest = 64;
constexpr std::size_t until_closed = std::numeric_limits<std::size_t>::max();

/// How many bytes a value of this type takes; 0: it is no number.
std::size_t size_of(char type) {
  constexpr std::array<std::pair<char, std::size_t>, 7> sizes = {
      {{'i', 1}, {'U', 1}, {'I', 2}, {'l', 4}, {'L', 8}, {'d', 4}, {'D', 8}}};
  for (const auto& [known, size] : sizes)
    if (known == type) return size;
  return 0;
}

[[noreturn]] void refuse_type(char type) {
  const bool is_printable = type > ' ' && type < 127;
  throw UbjsonError(is_printable
                        ? std::string("a value of type '") + type + "' stands in a wrong place"
                        : "a value has no known type");
}

template <class To, class From>
To converted(From value) {
  if constexpr (std::is_floating_point_v<To>) {
    return static_cast<To>(value);
  } else if constexpr (std::is_floating_point_v<From>) {
    throw UbjsonError("a number that has to be whole has a fraction");
  } else {
    if (!std::in_range<To>(value)) throw UbjsonError("a whole number is too large");
    return static_cast<To>(value);
  }
}

}  // namespace

UbjsonReader::Nesting::Nesting(UbjsonReader& reader) : reader_(reader) {
  if (reader_.depth_ >= deepest) throw UbjsonError("it is nested too deep");
  ++reader_.depth_;
}

std::string_view UbjsonReader::read_string() {
  expect('S');
  return read_text();
}

void UbjsonReader::read_numbers(std::vector<float>& numbers) {
  read_array_of(numbers);
}

void UbjsonReader::read_numbers(std::vector<std::int32_t>& numbers) {
  read_array_of(numbers);
}

template <class Number>
void UbjsonReader::read_array_of(std::vector<Number>& numbers) {
  numbers.clear();
  const std::string_view start = rest_;
  expect('[');
  if (!take_if('$')) {
    rest_ = start;
    read_array([&] { numbers.push_back(read_number<Number>(take_one())); });
    return;
  }
  const char type = take_one();
  const std::size_t size = size_of(type);
  if (size == 0) refuse_type(type);
  expect('#');
  const std::size_t count = read_length();
  if (count > rest_.size() / size) throw UbjsonError("it is cut short");
  numbers.reserve(count);
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(read_number<Number>(type));
}

template <class Number>
Number UbjsonReader::read_number(char type) {
  switch (type) {
    case 'i':
      return converted<Number>(read_raw<std::int8_t>());
    case 'U':
      return converted<Number>(read_raw<std::uint8_t>());
    case 'I':
      return converted<Number>(read_raw<std::int16_t>());
    case 'l':
      return converted<Number>(read_raw<std::int32_t>());
    case 'L':
      return converted<Number>(read_raw<std::int64_t>());
    case 'd':
      return converted<Number>(std::bit_cast<float>(read_raw<std::uint32_t>()));
    case 'D':
      return converted<Number>(std::bit_cast<double>(read_raw<std::uint64_t>()));
    default:
      refuse_type(type);
  }
}

/// The most significant byte comes first.
template <class Raw>
Raw UbjsonReader::read_raw() {
  std::uint64_t value = 0;
  for (const char byte : take(sizeof(Raw))) value = value << 8U | static_cast<unsigned char>(byte);
  return static_cast<Raw>(value);
}

void UbjsonReader::skip() {
  if (next_is('{')) return read_object([&](std::string_view /*key*/) { skip(); });
  if (next_is('[')) {
    if (rest_.substr(1).starts_with('$')) return skip_numbers();
    return read_array([&] { skip(); });
  }
  const char type = take_one();
  if (type == 'S' || type == 'H') return static_cast<void>(read_text());
  if (type == 'C') return static_cast<void>(take(1));
  if (type == 'Z' || type == 'T' || type == 'F') return;
  if (size_of(type) == 0) refuse_type(type);
  (void)take(size_of(type));
}

void UbjsonReader::skip_numbers() {
  expect('[');
  expect('$');
  const char type = take_one();
  const std::size_t size = size_of(type);
  if (size == 0) refuse_type(type);
  expect('#');
  const std::size_t count = read_length();
  if (count > rest_.size() / size) throw UbjsonError("it is cut short");
  (void)take(count * size);
}

std::size_t UbjsonReader::open(char bracket, char closing) {
  expect(bracket);
  if (next_is('$'))
    throw UbjsonError(std::string("the values up to a '") + closing + "' are all of one type");
  return take_if('#') ? read_length() : until_closed;
}

bool UbjsonReader::has_more(std::size_t& left, char closing) {
  if (left == until_closed) return !take_if(closing);
  if (left == 0) return false;
  --left;
  return true;
}

std::size_t UbjsonReader::read_length() {
  const auto length = read_number<std::int64_t>(take_one());
  if (length < 0) throw UbjsonError("a length is below 0");
  return static_cast<std::size_t>(length);
}

std::string_view UbjsonReader::read_text() {
  return take(read_length());
}

std::string_view UbjsonReader::take(std::size_t count) {
  if (count > rest_.size()) throw UbjsonError("it is cut short");
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

bool UbjsonReader::next_is(char c) {
  return rest_.starts_with(c);
}

bool UbjsonReader::take_if(char c) {
  if (!next_is(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

void UbjsonReader::expect(char c) {
  if (rest_.empty()) throw UbjsonError("it is cut short");
  if (!next_is(c)) refuse_type(rest_.front());
  rest_.remove_prefix(1);
}

}  // namespace diamond
