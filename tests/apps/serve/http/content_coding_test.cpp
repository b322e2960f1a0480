#include "http/content_coding.h"

#include "catch.h"

#include <zlib.h>

#include <string>
#include <vector>

using namespace diamond::serve;

namespace {

/// What a client makes of it, by zlib.
std::string expanded(std::string text, std::size_t size) {
  std::string content(size + 1, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, MAX_WBITS + 16) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(content.data());
  stream.avail_out = static_cast<uInt>(content.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  CHECK(stream.avail_in == 0);
  content.resize(stream.total_out);
  inflateEnd(&stream);
  return content;
}

}  // namespace

TEST_CASE("gzip is taken where it is wished for at least as much as the content as it is") {
  for (const char* list :
       {"gzip", "GZIP", "x-gzip", "gzip, deflate, br", "deflate,gzip", "*", "br;q=1, *;q=0.1",
        "gzip;q=0.001", "gzip;q=1.000", "gzip ; q=0.5", "gzip;q=0.5, identity;q=0.5",
        "identity;q=0, gzip;q=0.1", "*;q=0, gzip", "gzip;level=9;q=1", " , gzip , "}) {
    INFO(list);
    CHECK(takes_gzip(list));
  }
}

TEST_CASE("gzip is not sent where it is not taken") {
  for (const char* list : {"",
                           "identity",
                           "br",
                           "gzip;q=0",
                           "gzip;q=0.000",
                           "gzip;q=0, *",
                           "*;q=0",
                           "gzip;q=0.5, identity",
                           "identity;q=0.6, *;q=0.5",
                           "gzipped",
                           "gz",
                           "gzip;q=",
                           "gzip;q=2",
                           "gzip;q=-1",
                           "gzip;q=0.5x",
                           "gzip;q=1.001",
                           "gzip;q=0.1234",
                           "gzip;q=x",
                           ";q=1",
                           ","}) {
    INFO(list);
    CHECK_FALSE(takes_gzip(list));
  }
}

TEST_CASE("what is compressed can be expanded again, and is the same each time") {
  std::string numbers;
  for (int i = 0; i < 20'000; ++i) numbers += std::to_string(i * 7919 % 10'007) + ",";
  for (const std::string& content : {std::string(), std::string("a"), std::string(100'000, 'x'),
                                     std::string("\0\xff\r\n", 4), numbers}) {
    for (const Effort effort : {Effort::quick, Effort::best}) {
      const std::string compressed = gzip(content, effort);
      CHECK((expanded(compressed, content.size()) == content));
      CHECK((gzip(content, effort) == compressed));
    }
  }
  CHECK(gzip(numbers, Effort::quick).size() < numbers.size() / 2);
  CHECK(gzip(numbers, Effort::best).size() <= gzip(numbers, Effort::quick).size());
}
