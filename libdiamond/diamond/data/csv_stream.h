// A CSV file, piece by piece: what reads files of any length with the memory of a few pieces.
#pragma once

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/work_in_order.h>
#include <diamond/data/csv_chunk.h>
#include <diamond/data/csv_layout.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace diamond {

/// The file behind its header, as a sequence of pieces that end where a record ends. What is a CSV
/// file, and what is none, see csv_reader.h.
class CsvStream {
 public:
  /// Reads the header. `shown_as` names the file in errors.
  /// Throws StorageError where the file cannot be read, DataError where it is no CSV file with the
  /// columns that `content` needs.
  CsvStream(FileHandle file, std::string shown_as, CsvContent content);

  [[nodiscard]] const std::string& shown_as() const { return shown_as_; }
  [[nodiscard]] const CsvLayout& layout() const { return layout_; }

  /// The header as it stands, with what is before it: a byte order mark, blank lines.
  [[nodiscard]] const std::string& head() const { return head_; }

  /// How the header's line ends: "\n" or "\r\n".
  [[nodiscard]] std::string_view line_end() const { return line_end_; }

  /// "FILE:LINE". Lines count from 1.
  [[nodiscard]] std::string place_of(std::size_t line) const;

  /// The line in which the first piece begins.
  [[nodiscard]] std::size_t first_line() const { return first_line_; }

  /// Puts the next piece, of about a quarter MiB, into `text`; false at the end of the file. A last
  /// line without an end is given one. Throws StorageError and DataError.
  bool next(std::string& text);

 private:
  void read_piece(std::string& text);
  void read_more(std::string& text);

  FileHandle file_;
  std::string shown_as_;
  CsvLayout layout_;
  std::string head_;
  std::string line_end_;
  std::size_t first_line_ = 1;
  std::string first_piece_;  // what was read with the header
  std::string rest_;         // of a record that the last piece does not hold whole
  bool ended_ = false;
};

/// Parses a stream on all processors:
///   work(std::string_view text, ParsedChunk& parsed) -> Result    on several threads at once
///   give(Result&&, std::size_t line)    in the file's order, with the line in which the piece
///                                       begins
/// Throws DataError at the first line that has a fault: what stands before its piece was given.
template <class Work, class Give>
void read_pieces(CsvStream& stream, const Work& work, const Give& give) {
  using Result = std::invoke_result_t<const Work&, std::string_view, ParsedChunk&>;
  struct Piece {
    std::size_t lines = 0;
    std::optional<CsvFault> fault;
    std::optional<Result> result;
  };
  constexpr std::size_t pieces_ahead = 32;
  std::size_t line = stream.first_line();
  work_in_order<std::string>([&](std::string& text) { return stream.next(text); },
                             [&](const std::string& text) {
                               ParsedChunk parsed = parse_chunk(text, stream.layout());
                               Piece piece{parsed.lines, std::move(parsed.fault), std::nullopt};
                               if (!piece.fault) piece.result.emplace(work(text, parsed));
                               return piece;
                             },
                             [&](Piece&& piece) {
                               if (piece.fault)
                                 throw DataError(stream.place_of(line + piece.fault->line),
                                                 piece.fault->what, piece.fault->remedy);
                               give(std::move(*piece.result), line);
                               line += piece.lines;
                             },
                             pieces_ahead);
}

}  // namespace diamond
