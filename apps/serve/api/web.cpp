#include "../http/content_coding.h"
#include "../http/entity_tag.h"
#include "endpoints.h"
#include "web_files.h"

#include <memory>
#include <utility>

namespace diamond::serve {
namespace {

constexpr const char* only_our_own =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
    "'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Swagger UI writes styles into what it makes.
constexpr const char* with_inline_styles =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

constexpr const char* html = "text/html; charset=utf-8";
constexpr const char* css = "text/css; charset=utf-8";
constexpr const char* javascript = "text/javascript; charset=utf-8";

/// Another version of the program has other files under the same names.
constexpr const char* ask_each_time = "no-cache";

/// The same each time: all that can be is done once.
Answer whole_file(std::string_view content_type, std::string_view content) {
  Answer answer;
  answer.content_type = content_type;
  answer.body = content;
  answer.etag = etag_of(content);
  answer.gzipped = std::make_shared<const std::string>(gzip(content, Effort::best));
  answer.headers.emplace_back("Cache-Control", ask_each_time);
  answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return answer;
}

Endpoint always(std::string path, Answer answer) {
  return {"web",
          "GET",
          std::move(path),
          Right::nothing,
          Logged::no,
          Pace::quick,
          [answer = std::move(answer)](const Request& /*request*/) { return Outcome(answer); }};
}

Endpoint file(std::string path, std::string_view content_type, std::string_view content) {
  return always(std::move(path), whole_file(content_type, content));
}

/// `policy`: what else the page may load and run.
Endpoint page(std::string path, std::string_view content, std::string_view policy) {
  Answer answer = whole_file(html, content);
  answer.headers.emplace_back("Content-Security-Policy", policy);
  answer.headers.emplace_back("Referrer-Policy", "no-referrer");
  return always(std::move(path), std::move(answer));
}

}  // namespace

std::vector<Endpoint> web_endpoints() {
  using namespace web_files;
  return {page("/", page_html(), only_our_own),
          file("/page/base.css", css, base_css()),
          file("/page/style.css", css, page_css()),
          file("/page/icon.svg", "image/svg+xml", page_icon()),
          file("/page/main.js", javascript, page_main()),
          file("/page/appraisal.js", javascript, page_appraisal()),
          file("/page/charts.js", javascript, page_charts()),
          file("/page/dom.js", javascript, page_dom()),
          file("/page/drawing.js", javascript, page_drawing()),
          file("/page/form.js", javascript, page_form()),
          file("/page/memory.js", javascript, page_memory()),
          file("/page/metrics.js", javascript, page_metrics()),
          file("/page/numbers.js", javascript, page_numbers()),
          file("/page/operator.js", javascript, page_operator()),
          file("/page/service.js", javascript, page_service()),
          file("/page/stone.js", javascript, page_stone()),
          file("/page/troubles.js", javascript, page_troubles()),
          file("/page/words.js", javascript, page_words()),
          file("/page/vega.js", javascript, vega()),
          file("/page/vega-lite.js", javascript, vega_lite()),
          file("/page/vega-interpreter.js", javascript, vega_interpreter()),
          page("/docs", docs_html(), with_inline_styles),
          file("/docs/start.js", javascript, start_js()),
          file("/docs/swagger-ui-bundle.js", javascript, swagger_ui_js()),
          file("/docs/swagger-ui.css", css, swagger_ui_css()),
          file("/docs/favicon.png", "image/png", favicon()),
          file("/openapi.json", "application/json", openapi())};
}

}  // namespace diamond::serve
