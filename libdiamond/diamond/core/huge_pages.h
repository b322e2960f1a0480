// Fewer page faults for memory that will be filled from end to end.
#pragma once

#include <cstddef>
#include <vector>

namespace diamond {

/// Asks the kernel to back memory with huge pages; a wish, without effect on small pieces or where
/// there are none.
void prefer_huge_pages(void* memory, std::size_t bytes);

/// Reserves room that is about to be filled: with huge pages, a large column takes hundreds of page
/// faults instead of tens of thousands.
template <class T>
void reserve_to_fill(std::vector<T>& values, std::size_t count) {
  values.reserve(count);
  prefer_huge_pages(values.data(), values.capacity() * sizeof(T));
}

}  // namespace diamond
