#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/json.h>

#include <algorithm>

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace diamond {

Json parse_json(std::string_view text, std::string_view place) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    const std::string_view before = text.substr(0, error.byte == 0 ? 0 : error.byte - 1);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    const std::string where = std::string(place) + ":" + std::to_string(line) + ":" +
                              std::to_string(before.size() - line_start + 1);
    throw UsageError(where, "this is not JSON",
                     "look for a missing comma, quote or bracket here or just before");
  } catch (const Json::exception&) {
    throw UsageError(place, "a number in it is too large for a double", "write a smaller number");
  }
}

std::string valid_utf8(std::string_view text) {
  const std::string quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  return Json::parse(quoted).get<std::string>();
}

Json read_json(const std::filesystem::path& file) {
  std::string text;
  try {
    text = read_file(file);
  } catch (const StorageError& error) {
    throw UsageError("", error.what(), "");
  }
  return parse_json(text, file.string());
}

}  // namespace diamond
