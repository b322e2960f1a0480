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
    RowStoreWriter writer(file, 100);
    writer.append(table_of(stones));
    writer.finish();
  }
};

}  // namespace diamond::testing
