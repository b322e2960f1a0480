// A report as a page for people: one file that needs no other, and asks nobody for anything.
#pragma once

#include <diamond/core/json.h>

#include <string>

namespace diamond::train {

/// The page of a report as `model_report` makes it (report/model_report.h): HTML with its styles,
/// scripts and Vega-Lite in it. Its content security policy allows these scripts and styles, by
/// their hashes, and nothing else.
[[nodiscard]] std::string report_page(const Json& report);

}  // namespace diamond::train
