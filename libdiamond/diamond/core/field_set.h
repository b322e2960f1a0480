// Some of a stone's fields.
#pragma once

#include <diamond/core/diamond.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace diamond {

/// Which fields something follows from.
class FieldSet {
 public:
  constexpr FieldSet(std::initializer_list<Field> fields) {
    for (const Field field : fields) bits_ |= bit(field);
  }

  [[nodiscard]] constexpr bool contains(Field field) const { return (bits_ & bit(field)) != 0; }
  [[nodiscard]] constexpr std::size_t size() const {
    return static_cast<std::size_t>(std::popcount(bits_));
  }
  [[nodiscard]] constexpr bool operator==(const FieldSet&) const = default;

 private:
  static constexpr std::uint32_t bit(Field field) {
    return std::uint32_t{1} << static_cast<std::uint32_t>(field);
  }

  std::uint32_t bits_ = 0;
};

}  // namespace diamond
