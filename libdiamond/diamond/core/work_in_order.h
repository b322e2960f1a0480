// A stream of items that all processors work on, and whose results come out in the items' order.
#pragma once

#include <diamond/core/parallel.h>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace diamond {

namespace detail {

/// Takes results in any order and hands them on in that of their numbers, 0, 1, 2, …
template <class Result, class Give>
class OrderedResults {
 public:
  OrderedResults(const Give& give, std::size_t room) : give_(give), room_(room) {}

  /// Waits until item `number` is less than `room` ahead of the result whose turn it is. False: the
  /// work was given up.
  bool wait_for_room(std::size_t number) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [&] { return given_up_ || number < next_ + room_; });
    return !given_up_;
  }

  void put(std::size_t number, Result result) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(number, std::move(result));
    while (!given_up_ && !waiting_.empty() && waiting_.begin()->first == next_) {
      give_(std::move(waiting_.begin()->second));  // where it throws, no later one has its turn
      waiting_.erase(waiting_.begin());
      ++next_;
    }
    has_room_.notify_all();
  }

  void give_up() {
    const std::lock_guard lock(mutex_);
    given_up_ = true;
    has_room_.notify_all();
  }

 private:
  const Give& give_;
  std::size_t room_;
  std::mutex mutex_;
  std::condition_variable has_room_;
  std::map<std::size_t, Result> waiting_;
  std::size_t next_ = 0;
  bool given_up_ = false;
};

}  // namespace detail

/// Until there are no more items:
///   take(Item&) -> bool      puts the next item in the place of an old one; false: there is none
///   work(Item&) -> Result    on several threads at once
///   give(Result&&)           in the order in which the items were taken
/// `take` and `give` are never called on two threads at once. Memory is bounded: where `give` is
/// slow, or one item takes long, the threads wait for it instead of going ahead by more than
/// `room` items. The first exception is thrown here once all threads have stopped; what comes
/// behind an item whose result `give` threw at is not given. Requires: room > 0.
template <class Item, class Take, class Work, class Give>
void work_in_order(const Take& take, const Work& work, const Give& give, std::size_t room) {
  using Result = std::invoke_result_t<const Work&, Item&>;
  detail::OrderedResults<Result, Give> results(give, room);
  std::mutex taking;
  std::size_t taken = 0;
  const auto take_next = [&](Item& item) -> std::optional<std::size_t> {
    const std::lock_guard lock(taking);
    try {
      if (!results.wait_for_room(taken) || !take(item)) return std::nullopt;
    } catch (...) {
      results.give_up();  // before another thread takes what comes behind the fault
      throw;
    }
    return taken++;
  };
  const std::size_t workers = std::max(1U, std::thread::hardware_concurrency());
  parallel_for(workers, 1, [&](std::size_t /*first*/, std::size_t /*last*/) {
    try {
      Item item;
      while (const auto number = take_next(item)) results.put(*number, work(item));
    } catch (...) {
      results.give_up();
      throw;
    }
  });
}

}  // namespace diamond
