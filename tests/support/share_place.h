// Rows on the disk to learn from.
#pragma once

#include "support/stones.h"
#include "support/temporary_directory.h"

#include <diamond/data/row_store.h>
#include <diamond/models/row_share.h>

#include <vector>

namespace diamond::testing {

/// Training rows in several batches, and some of them held out.
struct SharePlace {
  SharePlace(const std::vector<PricedDiamond>& train, const std::vector<PricedDiamond>& held_out) {
    write(files.train(), train);
    write(files.held_out(), held_out);
    write(files.sample(), train);
  }

  TemporaryDirectory directory;
  ShareFiles files{directory.path()};

 private:
  static void write(const std::filesystem::path& file, const std::vector<PricedDiamond>& stones) {
    constexpr std::ptrdiff_t of_a_batch = 100;
    RowStoreWriter writer(file, of_a_batch);
    for (auto first = stones.begin(); first != stones.end();) {
      const auto last = first + std::min(of_a_batch, stones.end() - first);
      writer.append(table_of({first, last}));
      first = last;
    }
    writer.finish();
  }
};

}  // namespace diamond::testing
