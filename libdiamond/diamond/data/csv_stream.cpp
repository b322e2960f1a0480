#include <diamond/data/csv_stream.h>

#include <algorithm>
#include <span>

namespace diamond {
namespace {

constexpr std::size_t piece_size = std::size_t{256} << 10U;  // stays in a processor's own cache
constexpr std::size_t longest_record = std::size_t{16} << 20U;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Why these first bytes cannot be a CSV file; empty where they can.
std::string_view why_not_text(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\xff\xfe"sv) || text.starts_with("\xfe\xff"sv))
    return "this is UTF-16 text; save it as UTF-8";
  if (text.starts_with("\x1f\x8b"sv)) return "this is a gzip file; unpack it first";
  if (text.starts_with("PK\x03\x04"sv))
    return "this is a zip file or a spreadsheet; save it as CSV";
  const std::string_view line = text.substr(0, text.find('\n'));
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r';
  };
  if (std::any_of(line.begin(), line.end(), is_control))
    return "the first line holds control characters";
  return {};
}

}  // namespace

CsvStream::CsvStream(FileHandle file, std::string shown_as, CsvContent content)
    : file_(std::move(file)), shown_as_(std::move(shown_as)) {
  std::string whole;
  read_piece(whole);
  std::string_view text = whole;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (text.find_first_not_of("\r\n") == std::string_view::npos)
    throw DataError(shown_as_, "the file is empty",
                    "write a header and at least one stone into it");
  if (const std::string_view why = why_not_text(text); !why.empty())
    throw DataError(place_of(1), "not a CSV file", why);

  const HeaderLine header = take_header(text);
  if (header.fields.empty())
    throw DataError(place_of(1), "a quote in the header is not closed", "close it, or take it out");
  layout_ = read_layout(header.fields, place_of(1), content);
  const char* const end_of_line = header.line.data() + header.line.size();
  head_.assign(std::as_const(whole).data(), end_of_line);
  line_end_.assign(end_of_line, header.rest.data());
  first_line_ += static_cast<std::size_t>(
      std::count(text.begin(), text.end() - static_cast<std::ptrdiff_t>(header.rest.size()), '\n'));
  first_piece_ = header.rest;
}

std::string CsvStream::place_of(std::size_t line) const {
  return shown_as_ + ":" + std::to_string(line);
}

bool CsvStream::next(std::string& text) {
  if (!first_piece_.empty()) {
    text = std::move(first_piece_);
    first_piece_.clear();
    return true;
  }
  read_piece(text);
  return !text.empty();
}

void CsvStream::read_piece(std::string& text) {
  text.assign(rest_);
  rest_.clear();
  std::size_t whole = 0;
  while (whole == 0 && !ended_) {
    if (text.size() > longest_record)
      throw DataError(
          shown_as_, "a line is longer than 16 MiB",
          "look for a quote that is not closed, or for another file: this is no CSV then");
    read_more(text);
    whole = whole_records(text);
  }
  if (ended_) {
    if (!text.empty() && text.back() != '\n') text += '\n';
    return;
  }
  rest_.assign(text, whole);
  text.resize(whole);
}

void CsvStream::read_more(std::string& text) {
  const std::size_t old_size = text.size();
  text.resize(old_size + piece_size);
  const std::size_t got = read_some(file_, std::span(text).subspan(old_size), shown_as_);
  text.resize(old_size + got);
  ended_ = got == 0;
}

}  // namespace diamond
