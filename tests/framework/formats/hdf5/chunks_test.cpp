#include <doctest/doctest.h>

#include "tests/framework/formats/hdf5/files.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::testing;
using formats::Hdf5File;

namespace {
constexpr const char* both[] = {"chunks_old", "chunks_new"};
}

TEST_CASE("hdf5: a dataset in the header, and ones of which nothing or a part was written") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    CHECK(same_bits(file.read("compact"), fixture_numbers({2, 3})));
    CHECK(same_bits(file.read("fill/contiguous"), Tensor::full({2, 2}, 7, int32)));
    CHECK(same_bits(file.read("fill/zeros"), Tensor::zeros({2, 2})));
    CHECK(same_bits(file.read("fill/chunks"),
                    Tensor({{-1, -1, 1, 2}, {-1, -1, 3, 4}, {-1, -1, -1, -1}, {-1, -1, -1, -1}})));
  }
}

TEST_CASE("hdf5: chunks that reach over the edge, behind every filter") {
  for (const char* name : both)
    for (const std::string kind : {"filters/", "single/"})
      for (const std::string filter : {"plain", "deflate", "shuffle", "shuffle_deflate", "fletcher32", "all"}) {
        CAPTURE(name);
        CAPTURE(kind + filter);
        CHECK(same_bits(Hdf5Fixture(name).read(kind + filter), fixture_numbers({5, 7})));
      }
}

TEST_CASE("hdf5: a chunk that leaves filters out, strings and big-endian numbers in chunks") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    CHECK(same_bits(file.read("filters/skipped"), fixture_numbers({4}, int32)));
    CHECK(file.at("strings").dataset().read_strings() == std::vector<std::string>{"aa", "bbb", "c"});
    CHECK(file.at("variable").dataset().read_strings() == std::vector<std::string>{"x", "yy", "zzz"});
    CHECK(same_bits(file.read("big_endian"), fixture_numbers({5}, float64)));
    CHECK(same_bits(file.read("zeros"), Tensor::zeros({400, 500})));
  }
}

TEST_CASE("hdf5: every index of chunks, also where they may grow and where few of many are stored") {
  for (const char* name : both) {
    CAPTURE(name);
    const Hdf5Fixture file(name);
    const bool is_old = std::string(name) == "chunks_old";
    CHECK(same_bits(file.read("implicit"), fixture_numbers({3, 5})));
    const Tensor bytes = file.read("many/fixed");
    const Shape shape{is_old ? 70 : 1030};
    for (std::int64_t i = 0; i < shape.size(); ++i) CHECK(bytes.at<std::int32_t>(i) == static_cast<std::int8_t>(i - 3));
    CHECK(bytes.shape() == shape);
    CHECK(same_bits(file.read("many/limited"), fixture_numbers({3, 4})));
    CHECK(same_bits(file.read("many/rows"), fixture_numbers({is_old ? 30 : 300, 2})));
    CHECK(same_bits(file.read("many/columns"), fixture_numbers({2, 20})));
    CHECK(same_bits(file.read("many/columns_deflate"), fixture_numbers({3, 30})));
    CHECK(same_bits(file.read("many/both"), fixture_numbers({6, 12})));
    CHECK(same_bits(file.read("many/both_deflate"), fixture_numbers({4, 6})));
    CHECK(same_bits(file.read("many/grown"), fixture_numbers({3, 2}, int32)));
    const Tensor sparse = file.read("many/sparse");
    for (std::int64_t i = 0; i < 1100; ++i) CHECK(sparse.at<std::int32_t>(i) == (i == 1050 ? 5 : 0));
  }
}

TEST_CASE("hdf5: compressed data has a limit, and nothing is made beyond it") {
  for (const char* name : both) {
    const FileBytes bytes = hdf5_fixture(name);
    const auto error = [&](const formats::Hdf5Limits& limits, const char* path) {
      return message_of<FileError>([&] { Hdf5File(bytes, "x.h5", limits).at(path).dataset().read(); });
    };
    CHECK(error({.expanded_bytes = 800'000}, "zeros") == "");
    CHECK(error({.expanded_bytes = 799'999}, "zeros") ==
          "[read_hdf5] 'x.h5', '/zeros': its elements take more than is allowed for compressed data; got 800000 bytes; "
          "expected at most 799999");
    CHECK(error({.expansion = 900}, "zeros").find("800000 bytes cannot be stored in ") != std::string::npos);
    CHECK(error({.expanded_bytes = 0}, "compact") == "");
  }
}
