#include "request_reader.h"

#include "request_id.h"
#include "trace_context.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace diamond::serve {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

using Parser = http::request_parser<http::string_body>;
using Fields = http::request<http::string_body>;

constexpr std::array known_methods = {http::verb::get,    http::verb::head,  http::verb::post,
                                      http::verb::put,    http::verb::patch, http::verb::delete_,
                                      http::verb::options};

/// Boost's string views are of one class in one version and of another in the next.
std::string_view view(const auto& text) {
  return {text.data(), text.size()};
}

bool are_equal(std::string_view a, std::string_view b) {
  return beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

bool is_known(http::verb method) {
  return std::find(known_methods.begin(), known_methods.end(), method) != known_methods.end();
}

std::string limit_text(std::size_t bytes) {
  return std::to_string(bytes) + " bytes";
}

/// What is wrong with bytes that the parser does not take.
Refusal refusal_of(const beast::error_code& error, const RequestLimits& limits) {
  if (error == http::error::header_limit)
    return {431, "the request line and header are longer than the " + limit_text(limits.header) +
                     " that are read"};
  if (error == http::error::body_limit)
    return {413, "the body is longer than the " + limit_text(limits.body) + " that are read"};
  return {400, "this is no HTTP/1.1 request: " + error.message()};
}

/// What stands around chunks the parser takes only once it has come whole, however long it is.
Refusal endless_chunk(const RequestLimits& limits) {
  return {431, "what stands before a chunk, or behind the last one, is longer than the " +
                   limit_text(limits.header) + " that are read"};
}

/// A path; the whole address, as proxies send it; "*", which asks about the server.
bool is_target(const Fields& fields) {
  const std::string_view target = view(fields.target());
  return target.starts_with('/') || target.starts_with("http://") ||
         target.starts_with("https://") ||
         (target == "*" && fields.method() == http::verb::options);
}

/// The fields that matter here, found in one pass.
struct Header {
  std::size_t hosts = 0;
  std::string_view host;
  std::size_t transfer_codings = 0;
  std::string_view transfer_coding;
  std::string_view content_coding;
  std::string_view expect;
  std::string_view content_type;
  std::string_view origin;
  std::string_view credential;
  bool has_two_credentials = false;
  std::string id;               // all of them, as is usual for lists
  std::string forwarded_for;    // all of them
  std::string accept_encoding;  // all of them
  std::string if_none_match;    // all of them
  std::string traceparent;      // all of them: two are none
};

void add_to(std::string& list, std::string_view value) {
  list.append(list.empty() ? "" : ",").append(value);
}

/// The key in "Bearer KEY"; empty for another scheme: proxies have uses for those.
std::string_view bearer_token(std::string_view value) {
  constexpr std::string_view scheme = "bearer ";
  if (!are_equal(value.substr(0, scheme.size()), scheme)) return {};
  value.remove_prefix(std::min(value.find_first_not_of(' ', scheme.size()), value.size()));
  return value;
}

/// The same key may come in both of its fields.
void take_credential(Header& header, std::string_view value) {
  if (value.empty()) return;
  if (!header.credential.empty() && header.credential != value) header.has_two_credentials = true;
  header.credential = value;
}

Header header_of(const Fields& fields) {
  Header header;
  for (const auto& field : fields) {
    const std::string_view value = view(field.value());
    switch (field.name()) {
      case http::field::host:
        ++header.hosts;
        header.host = value;
        break;
      case http::field::transfer_encoding:
        ++header.transfer_codings;
        header.transfer_coding = value;
        break;
      case http::field::content_encoding:
        header.content_coding = value;
        break;
      case http::field::expect:
        header.expect = value;
        break;
      case http::field::content_type:
        header.content_type = value;
        break;
      case http::field::origin:
        header.origin = value;
        break;
      case http::field::accept_encoding:
        add_to(header.accept_encoding, value);
        break;
      case http::field::if_none_match:
        add_to(header.if_none_match, value);
        break;
      case http::field::authorization:
        take_credential(header, bearer_token(value));
        break;
      default:
        if (are_equal(view(field.name_string()), "x-request-id")) add_to(header.id, value);
        if (are_equal(view(field.name_string()), "x-forwarded-for"))
          add_to(header.forwarded_for, value);
        if (are_equal(view(field.name_string()), "x-api-key")) take_credential(header, value);
        if (are_equal(view(field.name_string()), "traceparent")) add_to(header.traceparent, value);
    }
  }
  return header;
}

/// What is wrong with a header that the parser takes.
std::optional<Refusal> refusal_of(const Fields& fields, const Header& header) {
  if (!is_known(fields.method()))
    return Refusal{
        501, "the method " + std::string(view(fields.method_string())) + " is not known here"};
  if (!is_target(fields)) return Refusal{400, "the request's target is no path"};
  if (header.hosts > 1)
    return Refusal{400, "the request has " + std::to_string(header.hosts) + " Host headers"};
  if (header.hosts == 0 && fields.version() >= 11)
    return Refusal{400, "the request has no Host header"};
  if (header.has_two_credentials) return Refusal{400, "the request has two keys that differ"};
  if (header.transfer_codings > 0 && fields.version() < 11)  // RFC 9112, 6.1: its framing is faulty
    return Refusal{400, "the request has a transfer coding, which HTTP/1.0 does not know"};
  if (header.transfer_codings > 1 ||
      (header.transfer_codings == 1 && !are_equal(header.transfer_coding, "chunked")))
    return Refusal{501, "the only transfer coding that is known here is chunked"};
  if (!header.content_coding.empty() && !are_equal(header.content_coding, "identity"))
    return Refusal{415, "the body must not be compressed: send it without Content-Encoding"};
  return std::nullopt;
}

/// The target as a path.
std::string origin_form(std::string_view target) {
  if (target.starts_with("http://") || target.starts_with("https://")) {
    target.remove_prefix(target.find("://") + 3);
    const std::size_t path = target.find_first_of("/?");
    target = path == std::string_view::npos ? "" : target.substr(path);
  }
  return target.starts_with('/') ? std::string(target) : "/" + std::string(target);
}

}  // namespace

struct RequestReader::Parsing {
  explicit Parsing(const RequestLimits& wanted) : limits(wanted) { restart(); }

  void restart() {
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(limits.header));
    parser->body_limit(limits.body);
    refusal.reset();
    request = {};
    is_header_taken = false;
    wants_continue = false;
    has_begun = false;
    scanned = 0;
  }

  /// Whether the parser is to see the bytes: it looks at a header only once that has come whole.
  /// What can never become one is not waited for.
  bool is_ready_for(std::string_view bytes) {
    if (parser->is_header_done()) return true;
    const std::size_t end = bytes.find("\r\n\r\n", scanned < 3 ? 0 : scanned - 3);
    refusal = refusal_of(bytes.substr(0, end));
    if (refusal) return false;
    if (end != std::string_view::npos) return true;
    if (bytes.size() > limits.header)
      refusal = diamond::serve::refusal_of(http::error::header_limit, limits);
    return false;
  }

  /// What is wrong with the beginning of a header.
  std::optional<Refusal> refusal_of(std::string_view header) {
    for (; scanned < header.size(); ++scanned) {
      const char byte = header[scanned];
      if (byte == '\n' && (scanned == 0 || header[scanned - 1] != '\r'))
        return Refusal{400, "this is no HTTP/1.1 request: a line ends with LF alone"};
      if (static_cast<unsigned char>(byte) < ' ' && byte != '\t' && byte != '\r' && byte != '\n')
        return Refusal{400, "this is no HTTP/1.1 request: a control character in its header"};
    }
    return std::nullopt;
  }

  /// Before the body is read: a chunked one may end with fields of its own, which count for
  /// nothing.
  void take_header() {
    if (is_header_taken) return;
    is_header_taken = true;
    const Fields& fields = parser->get();
    Header header = header_of(fields);
    if (!refusal) refusal = diamond::serve::refusal_of(fields, header);
    wants_continue = !refusal && !parser->is_done() && fields.version() >= 11 &&
                     are_equal(header.expect, "100-continue");
    request.method = std::string(view(fields.method_string()));
    request.target = origin_form(view(fields.target()));
    request.content_type = std::string(header.content_type);
    request.origin = std::string(header.origin);
    request.host = std::string(header.host);
    request.id = is_sane_request_id(header.id) ? std::move(header.id) : make_request_id();
    request.trace_id = std::string(trace_id_of(header.traceparent));
    request.accept_encoding = std::move(header.accept_encoding);
    request.if_none_match = std::move(header.if_none_match);
    request.forwarded_for = std::move(header.forwarded_for);
    request.credential = std::string(header.credential);
    request.keep_alive = fields.keep_alive();
    parser->eager(true);
  }

  RequestLimits limits;
  std::optional<Parser> parser;
  std::optional<Refusal> refusal;
  RawRequest request;
  bool is_header_taken = false;
  bool has_begun = false;
  bool wants_continue = false;
  std::size_t scanned = 0;  // bytes of the header that were looked at
};

RequestReader::RequestReader(const RequestLimits& limits)
    : parsing_(std::make_unique<Parsing>(limits)) {}

RequestReader::~RequestReader() = default;

std::size_t RequestReader::read(std::string_view bytes) {
  Parsing& parsing = *parsing_;
  if (is_whole() || bytes.empty()) return 0;
  parsing.has_begun = true;
  if (!parsing.is_ready_for(bytes)) return 0;
  const bool is_in_body = parsing.parser->is_header_done();
  if (is_in_body) bytes = bytes.substr(0, parsing.limits.header);
  beast::error_code error;
  const std::size_t used =
      parsing.parser->put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (is_in_body && used > 0) parsing.wants_continue = false;
  if (error && error != http::error::need_more)
    parsing.refusal = refusal_of(error, parsing.limits);
  else if (is_in_body && used == 0 && bytes.size() == parsing.limits.header)
    parsing.refusal = endless_chunk(parsing.limits);
  else if (parsing.parser->is_header_done())
    parsing.take_header();
  return used;
}

void RequestReader::end() {
  if (has_begun()) refuse({400, "the request ends in the middle"});
}

void RequestReader::refuse(Refusal refusal) {
  parsing_->refusal = std::move(refusal);
}

bool RequestReader::has_begun() const {
  return parsing_->has_begun && !is_whole();
}

bool RequestReader::is_whole() const {
  return parsing_->refusal || parsing_->parser->is_done();
}

bool RequestReader::wants_continue() {
  return std::exchange(parsing_->wants_continue, false);
}

RawRequest RequestReader::take() {
  Parsing& parsing = *parsing_;
  parsing.take_header();  // as far as it came
  RawRequest request = std::move(parsing.request);
  request.refusal = std::move(parsing.refusal);
  request.keep_alive = request.keep_alive && !request.refusal;
  request.body = std::move(parsing.parser->get().body());
  request.arrived = std::chrono::steady_clock::now();
  parsing.restart();
  return request;
}

}  // namespace diamond::serve
