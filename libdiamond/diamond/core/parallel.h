// One loop over all processors.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace diamond {

/// Calls `work(first, last)` for consecutive pieces of [0, count), `piece` long but for the last
/// one, on as many threads as the machine has processors, or on `threads` where that is not 0.
/// Which pieces there are does not depend on the number of threads: what is computed piece by piece
/// and joined in their order is the same to the bit on every machine. The first exception that a
/// piece throws is thrown here once all threads have stopped. Requires: piece > 0.
template <class Work>
void parallel_for(std::size_t count, std::size_t piece, const Work& work, unsigned threads = 0) {
  const std::size_t pieces = (count + piece - 1) / piece;
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;

  const auto take_pieces = [&] {
    try {
      for (std::size_t i = next++; i < pieces; i = next++)
        work(i * piece, std::min(count, (i + 1) * piece));
    } catch (...) {
      next = pieces;
      const std::lock_guard lock(failure_mutex);
      if (!failure) failure = std::current_exception();
    }
  };

  {
    const std::size_t most =
        threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(most, pieces); ++i) helpers.emplace_back(take_pieces);
    take_pieces();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace diamond
