#include "../http/content_coding.h"
#include "../http/entity_tag.h"
#include "endpoints.h"
#include "web_files.h"

#include <memory>
#include <utility>

namespace diamond::serve {
namespace {

constexpr const char* only_our_own =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'";

/// Another version of the program has other files under the same names.
constexpr const char* ask_each_time = "no-cache";

/// The same each time: all that can be is done once.
Answer whole_file(std::string content_type, std::string_view content) {
  Answer answer;
  answer.content_type = std::move(content_type);
  answer.body = content;
  answer.etag = etag_of(content);
  answer.gzipped = std::make_shared<const std::string>(gzip(content, Effort::best));
  answer.headers.emplace_back("Cache-Control", ask_each_time);
  answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
  if (answer.content_type.starts_with("text/html"))
    answer.headers.emplace_back("Content-Security-Policy", only_our_own);
  return answer;
}

Endpoint file(std::string path, std::string content_type, std::string_view content) {
  return {"web",
          "GET",
          std::move(path),
          Right::nothing,
          Logged::no,
          Pace::quick,
          [answer = whole_file(std::move(content_type), content)](const Request& /*request*/) {
            return Outcome(answer);
          }};
}

Endpoint redirect(std::string from, std::string to) {
  return {"web",
          "GET",
          std::move(from),
          Right::nothing,
          Logged::no,
          Pace::quick,
          [to = std::move(to)](const Request& /*request*/) {
            return Outcome{Answer{302, "text/plain", "", {{"Location", to}}}};
          }};
}

}  // namespace

std::vector<Endpoint> web_endpoints() {
  return {redirect("/", "/docs"),
          file("/docs", "text/html; charset=utf-8", web_files::docs_html()),
          file("/docs/start.js", "text/javascript; charset=utf-8", web_files::start_js()),
          file("/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8",
               web_files::swagger_ui_js()),
          file("/docs/swagger-ui.css", "text/css; charset=utf-8", web_files::swagger_ui_css()),
          file("/docs/favicon.png", "image/png", web_files::favicon()),
          file("/openapi.json", "application/json", web_files::openapi())};
}

}  // namespace diamond::serve
