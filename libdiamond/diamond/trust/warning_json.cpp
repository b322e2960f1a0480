#include <diamond/core/json_text.h>
#include <diamond/trust/stone_json.h>
#include <diamond/trust/warning_json.h>

#include <string_view>

namespace diamond {
namespace {

/// A word that needs no escapes.
void append_quoted(std::string& text, std::string_view word) {
  text += '"';
  text += word;
  text += '"';
}

/// Begins an object that is still open.
void open(std::string& text, const Json& field, const std::string& message, std::string_view code) {
  text += R"({"field":)" + text_of(field) + R"(,"message":)" + text_of(message) + R"(,"code":)";
  append_quoted(text, code);
}

void append_suggested(std::string& text, const std::vector<Suggestion>& suggested) {
  text += R"(,"suggested":{)";
  for (const auto& [quantity, value] : suggested) {
    if (text.back() != '{') text += ',';
    append_quoted(text, info(quantity).name);
    text += ':' + text_of(value);
  }
  text += '}';
}

void append_from(std::string& text, FieldSet fields) {
  text += R"(,"from":[)";
  for (std::size_t i = 0; i < field_count; ++i) {
    if (!fields.contains(static_cast<Field>(i))) continue;
    if (text.back() != '[') text += ',';
    append_quoted(text, field_names[i]);
  }
  text += ']';
}

}  // namespace

void append(std::string& text, const Warning& warning) {
  open(text, name_of(warning.field), warning.message, name_of(warning.code));
  if (!warning.suggested.empty()) append_suggested(text, warning.suggested);
  if (warning.from.size() > 0) append_from(text, warning.from);
  if (const auto& range = warning.range)
    text +=
        R"(,"range":{"low":)" + text_of(range->low) + R"(,"high":)" + text_of(range->high) + "}";
  if (warning.nearest) text += R"(,"nearest":)" + text_of(to_json(*warning.nearest));
  text += '}';
}

void append(std::string& text, const UnknownField& unknown) {
  open(text, unknown.field, unknown.message, "unknown-field");
  if (!unknown.meant.empty()) text += R"(,"suggested_field":)" + text_of(unknown.meant);
  text += '}';
}

}  // namespace diamond
