#include "catch.h"
#include "support/share_place.h"
#include "support/stones.h"

#include <diamond/models/row_share.h>

#include <algorithm>
#include <vector>

using namespace diamond;
using namespace diamond::testing;

namespace {

/// One of several workers, of whom only this one is there.
class OneOf final : public Collective {
 public:
  OneOf(unsigned rank, unsigned size) : rank_(rank), size_(size) {}
  [[nodiscard]] unsigned rank() const override { return rank_; }
  [[nodiscard]] unsigned size() const override { return size_; }
  void sum(std::span<double> /*values*/) override {}

 private:
  unsigned rank_;
  unsigned size_;
};

/// Numbers that tell stones apart.
std::vector<double> prices_of(const RowShare& share, RowShare::Rows rows) {
  std::vector<double> prices;
  for (std::size_t batch = 0; batch < share.batches(rows); ++batch) {
    const Table table = share.batch(batch);
    for (std::size_t row = 0; row < table.rows(); ++row) prices.push_back(table.row(row).price);
  }
  return prices;
}

std::vector<PricedDiamond> numbered(std::size_t count, double first_price) {
  std::vector<PricedDiamond> stones;
  for (std::size_t i = 0; i < count; ++i)
    stones.push_back(stone({.price = first_price + static_cast<double>(i)}));
  return stones;
}

}  // namespace

TEST_CASE("every training row is in the share of one worker, held out or not, and in no other's") {
  const std::vector<PricedDiamond> train = numbered(1'730, 1'000);
  const std::vector<PricedDiamond> held_out = numbered(250, 5'000);
  const SharePlace place(train, held_out);
  for (const unsigned workers : {1U, 2U, 3U, 5U, 17U}) {
    CAPTURE(workers);
    std::vector<double> all;
    std::vector<double> most;
    std::size_t fewest = train.size();
    std::size_t largest = 0;
    for (unsigned rank = 0; rank < workers; ++rank) {
      OneOf collective(rank, workers);
      const RowShare share(place.files, collective, std::nullopt);
      for (const double price : prices_of(share, RowShare::Rows::all)) all.push_back(price);
      for (const double price : prices_of(share, RowShare::Rows::most)) most.push_back(price);
      fewest = std::min(fewest, share.batches(RowShare::Rows::most));
      largest = std::max(largest, share.batches(RowShare::Rows::most));
      CHECK(share.held_out().rows() == 250);
      CHECK(share.sample().rows() == 1'730);
    }
    CHECK(largest - fewest <= 1);
    std::vector<double> expected;
    for (const PricedDiamond& one : train) expected.push_back(one.price);
    std::sort(most.begin(), most.end());
    CHECK(most == expected);
    for (const PricedDiamond& one : held_out) expected.push_back(one.price);
    std::sort(all.begin(), all.end());
    CHECK(all == expected);
  }
}
