// Training rows in pieces, wherever they are held.
#pragma once

#include <diamond/core/table.h>
#include <diamond/models/row_share.h>

#include <cstddef>
#include <functional>

namespace diamond {

struct RowPieces {
  std::size_t count = 0;
  /// Calls `use` with the rows of a piece, which are there until it returns. Safe from any thread.
  std::function<void(std::size_t piece, const std::function<void(const TableView&)>& use)> visit;
};

/// Pieces of `rows_of_piece` rows, but for the last. The view outlives them.
[[nodiscard]] RowPieces pieces_of(const TableView& view, std::size_t rows_of_piece);

/// The batches of a share, which outlives them.
[[nodiscard]] RowPieces pieces_of(const RowShare& share, RowShare::Rows rows);

}  // namespace diamond
