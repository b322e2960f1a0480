// Numbers and stones as CSV text that reads back to the same bits.
#pragma once

#include <diamond/core/diamond.h>

#include <string>
#include <string_view>

namespace diamond {

/// Appends the shortest text that reads back as the same double.
void append_number(std::string& text, double value);

/// Appends an amount with its two decimals, "326.00": the text reads back as the same double.
/// Requires: usd == in_cents(usd), finite (see usd.h).
void append_usd(std::string& text, double usd);

/// Appends any text as one field, in quotes where it needs them (RFC 4180).
void append_csv_field(std::string& text, std::string_view field);

/// "carat,cut,color,clarity,depth,table,price,x,y,z\n": the order of the well-known data set.
[[nodiscard]] std::string csv_header();

/// Appends one line with its end.
void append_csv_row(std::string& text, const PricedDiamond& diamond);

}  // namespace diamond
