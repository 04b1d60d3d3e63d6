#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <cornu/framework/tensor/storage.hpp>

#include "tests/framework/formats/hdf5/files.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::testing;
using formats::Hdf5Type;

namespace {

constexpr const char* both[] = {"types_old", "types_new"};

struct Stored {
  const char* name;
  Hdf5Type type;
  DType dtype;
};

constexpr Stored stored[] = {{"float16", Hdf5Type::float16, float32}, {"float32", Hdf5Type::float32, float32},
                             {"float64", Hdf5Type::float64, float64}, {"int8", Hdf5Type::int8, int32},
                             {"int16", Hdf5Type::int16, int32},       {"int32", Hdf5Type::int32, int32},
                             {"int64", Hdf5Type::int64, int64},       {"uint8", Hdf5Type::uint8, int32},
                             {"uint16", Hdf5Type::uint16, int32},     {"uint32", Hdf5Type::uint32, int64},
                             {"uint64", Hdf5Type::uint64, int64}};

bool is_unsigned(const Stored& what) { return what.name[0] == 'u'; }

}  // namespace

TEST_CASE("hdf5: numbers of every type, in either order of bytes") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    for (const std::string order : {"little/", "big/"})
      for (const Stored& what : stored) {
        CAPTURE(name);
        CAPTURE(what.name);
        const auto dataset = file.at(order + what.name).dataset();
        CHECK(dataset.type() == what.type);
        CHECK(name_of(dataset.type()) == what.name);
        CHECK(dataset.dtype() == what.dtype);
        CHECK(dataset.shape() == Shape{2, 3});
        const Tensor expected =
            is_unsigned(what) ? Tensor({{0, 1, 2}, {3, 4, 5}}).astype(what.dtype) : fixture_numbers({2, 3}, what.dtype);
        CHECK(same_bits(dataset.read(), expected));
      }
  }
}

TEST_CASE("hdf5: float16 with its smallest, largest, infinite and undefined numbers becomes float32") {
  const float inf = std::numeric_limits<float>::infinity();
  for (const char* name : both) {
    const Tensor half = Hdf5Fixture(name).read("half");
    const float expected[] = {1, -0.F, 65504, 0x1p-14F, 0x1p-24F, -0x1p-15F, inf, -inf};
    CHECK(std::ranges::equal(half.values<float>().first(8), expected));
    CHECK(std::signbit(half.at<float>(1)));
    CHECK(std::isnan(half.at<float>(8)));
    CHECK(half.at<float>(9) == 0x1.554p-2F);
  }
}

TEST_CASE("hdf5: two opaque bytes are bfloat16 when the attribute dtype says so") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    CHECK(file.at("bfloat16").dataset().type() == Hdf5Type::bfloat16);
    CHECK(same_bits(file.read("bfloat16"), Tensor({1.F, -2.5F, 3.140625F, std::numeric_limits<float>::infinity()})));
    CHECK(file.at("opaque").dataset().type() == Hdf5Type::opaque);
    CHECK(message_of<FileError>([&] { file.read("opaque"); }) ==
          std::string("[read_hdf5] '") + name +
              "', '/opaque': its elements are opaque; expected numbers, or two bytes with the attribute "
              "dtype=\"bfloat16\"");
  }
}

TEST_CASE("hdf5: bools, scalars, empty arrays and six axes") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    CHECK(same_bits(file.read("bool"), Tensor({true, false, true})));
    CHECK(file.at("bool").dataset().type() == Hdf5Type::boolean);
    CHECK(same_bits(file.read("scalar"), Tensor(2.5F)));
    CHECK(same_bits(file.read("scalar_int64"), Tensor(std::int64_t{-7})));
    CHECK(same_bits(file.read("empty"), Tensor::zeros({0, 3})));
    CHECK(same_bits(file.read("rank6"), fixture_numbers({1, 2, 1, 2, 1, 2})));
  }
}

TEST_CASE("hdf5: strings of a fixed or variable length") {
  using Strings = std::vector<std::string>;
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    const auto strings = [&](const std::string& of) { return file.at("strings/" + of).dataset().read_strings(); };
    CHECK(strings("fixed") == Strings{"one", "three", ""});
    CHECK(strings("variable") == Strings{"eins", "zw\u00F6lf", ""});
    CHECK(strings("matrix") == Strings{"a", "b", "c", "d"});
    CHECK(strings("scalar") == Strings{"text"});
    CHECK(strings("space") == Strings{"ab", "abcdef"});
    CHECK(strings("terminated") == Strings{"ab", "abcde"});
    CHECK(file.at("strings/matrix").dataset().shape() == Shape{2, 2});
    CHECK(file.at("strings/fixed").dataset().type() == Hdf5Type::fixed_string);
  }
}

TEST_CASE("hdf5: int8 elements as they are, for quantised tables") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    CHECK(file.at("little/int8").dataset().read_int8() == std::vector<std::int8_t>{-3, -2, -1, 0, 1, 2});
    CHECK(message_of<FileError>([&] { file.at("little/uint8").dataset().read_int8(); }) ==
          std::string("[read_hdf5] '") + name + "', '/little/uint8': holds uint8; expected int8");
  }
}

TEST_CASE("hdf5: where elements lie, if they can be used there") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    for (const char* path :
         {"little/float32", "little/float64", "little/int32", "little/int64", "little/int8", "bool"}) {
      CAPTURE(path);
      const auto place = file.at(path).dataset().place();
      REQUIRE(place);
      const auto dataset = file.at(path).dataset();
      const std::span<const std::byte> bytes(file.bytes().data() + place->offset, place->length);
      if (dataset.type() == Hdf5Type::int8)
        CHECK(std::memcmp(bytes.data(), dataset.read_int8().data(), bytes.size()) == 0);
      else
        CHECK(std::memcmp(bytes.data(), dataset.read().identity()->storage->bytes, bytes.size()) == 0);
    }
    for (const char* path : {"big/float32", "little/float16", "little/uint32", "bfloat16", "strings/fixed", "empty"})
      CHECK_FALSE(file.at(path).dataset().place());
    for (const char* path : {"compact", "single/plain", "fill/zeros"})
      CHECK(Hdf5Fixture("chunks_old").at(path).dataset().place().has_value() == (std::string(path) == "compact"));
  }
}

TEST_CASE("hdf5: more axes than a Shape has, no dataspace, numbers that do not fit and other types are refused") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    const auto error = [&](const char* path) { return message_of<FileError>([&] { file.read(path); }); };
    const std::string where = std::string("[read_hdf5] '") + name + "', ";
    CHECK(error("rank7") == where + "'/rank7': the dataspace has 7 axes; expected at most 6");
    CHECK(error("nothing") == where + "'/nothing': has no elements at all, not even a shape");
    CHECK(error("large_uint64") == where + "'/large_uint64': the number 9223372036854775808 does not fit into int64");
    CHECK(error("opaque4") == where + "'/opaque4': the type of its elements is opaque, which is not supported");
    CHECK(error("strings/fixed") == where + "'/strings/fixed': holds strings; expected numbers");
    CHECK(message_of<FileError>([&] { file.at("scalar").dataset().read_strings(); }) ==
          where + "'/scalar': holds float32; expected strings");
  }
}
