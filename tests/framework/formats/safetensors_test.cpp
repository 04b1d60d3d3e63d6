#include <cornu/framework/formats/safetensors.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <string>

#include "tests/support/bytes.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::NamedTensors;
using cornu::read_safetensors;
using cornu::read_safetensors_metadata;
using cornu::SafetensorsMetadata;
using cornu::Shape;
using cornu::StoredFloat;
using cornu::Tensor;
using cornu::ValueError;
using cornu::write_safetensors;
using cornu::testing::contains;
using cornu::testing::Fixture;
using cornu::testing::fixture_path;
using cornu::testing::Floats;
using cornu::testing::message_of;
using cornu::testing::Strings;
using cornu::testing::TemporaryFolder;

namespace {

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.dtype() == b.dtype() && a.shape() == b.shape() &&
         (a.size() == 0 || std::memcmp(a.identity()->storage->bytes, b.identity()->storage->bytes, a.nbytes()) == 0);
}

Strings names_of(const NamedTensors& tensors) {
  Strings names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  return names;
}

// A file with that header and so many zero bytes behind it.
std::string file_of(const std::string& header, std::size_t bytes, char byte = '\0') {
  std::string front(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) front[i] = static_cast<char>(header.size() >> 8 * i);
  return front + header + std::string(bytes, byte);
}

NamedTensors read(const std::string& bytes) {
  return read_safetensors(std::as_bytes(std::span(bytes)), "x.safetensors");
}

std::string error_of(const std::string& bytes) {
  return message_of<FileError>([&] { read(bytes); });
}

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

bool is_refused_or_read(const std::string& bytes) {
  try {
    return read(bytes).size() <= 2;
  } catch (const FileError&) {
    return true;
  }
}

// The error for one tensor "a", so described, in so many bytes.
std::string error_for(const std::string& description, std::size_t bytes = 4) {
  return error_of(file_of(R"({"a":)" + description + "}", bytes));
}

}  // namespace

TEST_CASE("safetensors: every dtype of PyTorch is read, mapped or not") {
  const Fixture expected("torch");
  for (const bool memory_map : {false, true}) {
    const NamedTensors tensors = read_safetensors(fixture_path("torch/dtypes.safetensors"), {.memory_map = memory_map});
    CHECK(tensors.size() == 15);
    for (const auto& [name, tensor] : tensors) {
      const std::string& title = name;  // clang 14 does not capture a binding
      CHECK_MESSAGE(same_bits(tensor, expected.tensor("dtypes/" + title)), title);
    }
  }
  CHECK(read_safetensors_metadata(fixture_path("torch/dtypes.safetensors")).size() == 2);
}

TEST_CASE("safetensors: every float8 is the float32 that PyTorch makes of it, mapped or not") {
  const std::string path = fixture_path("torch/float8.safetensors");
  for (const NamedTensors& tensors : {read_safetensors(path), read_safetensors(path, {.memory_map = true})})
    for (const std::string name : {"float8_e4m3fn", "float8_e5m2"}) {
      const Tensor &got = tensors[name], &expected = tensors[name + "/float32"];
      REQUIRE((got.shape() == Shape{256} && got.dtype() == cornu::float32));
      int wrong = 0;
      for (std::int64_t i = 0; i < 256; ++i) {
        const float a = got.at<float>(i), b = expected.at<float>(i);
        if (std::isnan(b) ? !std::isnan(a) : a != b || std::signbit(a) != std::signbit(b)) ++wrong;
      }
      CHECK(wrong == 0);
    }
}

TEST_CASE("safetensors: what was written is read back, the widest elements first and then by name") {
  const TemporaryFolder folder;
  const std::string path = folder.path("w.safetensors");
  const Fixture expected("torch");
  NamedTensors tensors{{"z", Tensor({true, false, true})}, {"b", Tensor::zeros({0, 2})}};
  for (const std::string name : {"f32", "f64", "i32", "i64", "scalar"})
    tensors.add(name, expected.tensor("dtypes/" + name));
  write_safetensors(path, tensors, {.metadata = {{"format", "pt"}, {"ключ", "\"\n"}}});
  for (const bool memory_map : {false, true}) {
    const NamedTensors again = read_safetensors(path, {.memory_map = memory_map});
    CHECK(names_of(again) == Strings{"f64", "i64", "b", "f32", "i32", "scalar", "z"});
    for (const auto& [name, tensor] : again) {
      const std::string& title = name;
      CHECK_MESSAGE(same_bits(tensor, tensors[title]), title);
    }
  }
  CHECK(read_safetensors_metadata(path) == SafetensorsMetadata{{"format", "pt"}, {"ключ", "\"\n"}});
}

TEST_CASE("safetensors: the bytes are those of the safetensors library") {
  const TemporaryFolder folder;
  write_safetensors(folder.path("w"), {{"b", Tensor({1.f})}, {"a", Tensor({true})}});
  const std::string header =
      R"({"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"BOOL","shape":[1],"data_offsets":[4,5]}})";
  const std::string text = folder.read("w");
  CHECK(static_cast<unsigned char>(text[0]) % 8 == 0);
  std::string plain;
  for (const char c : text.substr(8, static_cast<unsigned char>(text[0])))
    if (c != ' ') plain += c;
  CHECK(plain == header);
  CHECK(text.substr(8 + static_cast<unsigned char>(text[0])) == std::string("\0\0\x80\x3F\x01", 5));
}

TEST_CASE("safetensors: float32 is stored as 16 bits when asked, rounded to the nearest") {
  const TemporaryFolder folder;
  const Tensor x({0.1f, -65504.f, std::numeric_limits<float>::infinity()});
  const NamedTensors tensors{{"x", x}, {"n", Tensor({3})}};
  write_safetensors(folder.path("h"), tensors, {.floats = StoredFloat::float16});
  write_safetensors(folder.path("b"), tensors, {.floats = StoredFloat::bfloat16});
  CHECK(read_safetensors(folder.path("h"))["x"].to_vector<float>() == Floats{0.099975586f, -65504, INFINITY});
  CHECK(read_safetensors(folder.path("b"))["x"].to_vector<float>() == Floats{0.100097656f, -65536, INFINITY});
  CHECK(read_safetensors(folder.path("b"))["n"].dtype() == cornu::int32);
  const auto write = [&] {
    write_safetensors(folder.path("h"), {{"x", Tensor({65520.f})}}, {.floats = StoredFloat::float16});
  };
  CHECK(contains(message_of<ValueError>(write), "'x': the number 65520 is too large for F16"));
  CHECK(read_safetensors(folder.path("h")).size() == 2);
}

TEST_CASE("safetensors: many elements go through blocks") {
  const TemporaryFolder folder;
  Floats values(200'001);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 2048);
  write_safetensors(folder.path("h"), {{"x", Tensor(Shape{200'001}, std::span<const float>(values))}},
                    {.floats = StoredFloat::float16});
  CHECK(read_safetensors(folder.path("h"))["x"].to_vector<float>() == values);
}

TEST_CASE("safetensors: a mapped tensor outlives the file and may be written") {
  const TemporaryFolder folder;
  write_safetensors(folder.path("w"), {{"x", Tensor({1.f, 2.f})}});
  const Tensor x = read_safetensors(folder.path("w"), {.memory_map = true})["x"];
  write_safetensors(folder.path("w"), {{"x", Tensor({3.f, 4.f})}});
  CHECK(x.to_vector<float>() == Floats{1, 2});
}

TEST_CASE("safetensors: what the reference reads besides: spaces, unknown keys, repeated names, tensors out of order") {
  CHECK(read(file_of("  \n{}   ", 0)).empty());
  CHECK(
      read(file_of(R"({"__metadata__":null,"a":{"x":[1],"dtype":"F32","shape":[],"data_offsets":[0,4]}})", 4)).size() ==
      1);
  const NamedTensors twice =
      read(file_of(R"({"a":)" + entry("F32", "[1]", "[0,4]") + R"(,"a":)" + entry("I32", "[1]", "[0,4]") + "}", 4));
  CHECK(twice["a"].dtype() == cornu::int32);
  const NamedTensors order =
      read(file_of(R"({"b":)" + entry("F32", "[1]", "[4,8]") + R"(,"a":)" + entry("F32", "[1]", "[0,4]") + "}", 8));
  CHECK(names_of(order) == Strings{"a", "b"});
  const TemporaryFolder folder;  // elements that do not lie where their type can be read
  const std::string path = folder.write("odd", file_of(R"({"a":)" + entry("F32", "[1]", "[0,4]") + "}  ", 4, '\x3F'));
  CHECK(read_safetensors(path, {.memory_map = true})["a"].to_vector<float>()[0] == doctest::Approx(0.747059f));
}

TEST_CASE("safetensors: refuses headers that lie") {
  CHECK(contains(error_of(""), "too short for a safetensors file"));
  CHECK(contains(error_of("1234567"), "too short for a safetensors file"));
  CHECK(contains(error_of(std::string(8, '\xFF') + "{}"), "a header of 18446744073709551615 bytes in a file of 10"));
  CHECK(contains(error_of(std::string("\x03\0\0\0\0\0\0\0{}", 10)), "a header of 3 bytes"));
  CHECK(contains(error_of(file_of("[]", 0)), "its header is not an object"));
  CHECK(contains(error_of(file_of("{", 0)), "not JSON"));
  CHECK(contains(error_of(file_of("{\"a\xFF\":{}}", 0)), "not JSON"));
  CHECK(contains(error_of(file_of(std::string(1000, '['), 0)), "lists and objects inside each other"));
  CHECK(contains(error_of(file_of(R"({"__metadata__":{"a":1}})", 0)), "__metadata__ 'a' is not a text"));
  CHECK(contains(error_of(file_of(R"({"__metadata__":[]})", 0)), "__metadata__ is not an object"));
  CHECK(contains(error_of(file_of("{}", 1)), "got 1 bytes of elements; expected 0"));
}

TEST_CASE("safetensors: refuses tensors that lie, with their name") {
  CHECK(contains(error_for("3"), "'a': not described by an object"));
  CHECK(contains(error_for("{}"), "'a': its dtype is missing"));
  CHECK(contains(error_for(R"({"dtype":"F32","data_offsets":[0,4]})"), "its shape is missing"));
  CHECK(contains(error_for(R"({"dtype":"F32","shape":[1]})"), "its data_offsets are missing"));
  CHECK(contains(error_for(entry("F32", "[1]", "[0]")), "its data_offsets are missing"));
  CHECK(contains(error_for(entry("F32", "[2]", "[0,4]")), "its bytes are 0 … 4; expected 8 bytes for F32 (2,)"));
  CHECK(contains(error_for(entry("F32", "[1]", "[4,0]")), "its bytes are 4 … 0"));
  CHECK(contains(error_for(entry("F32", "[-1]", "[0,4]")), "an extent is none; got -1"));
  CHECK(contains(error_for(entry("F32", "[1.0]", "[0,4]")), "an extent is none; got 1.0"));
  CHECK(contains(error_for(entry("F32", "[1]", "[0,18446744073709551615]")), "an offset is none"));
  CHECK(contains(error_for(entry("F32", "[8589934592,8589934592]", "[0,4]")), "is larger than any file"));
  CHECK(contains(error_for(entry("F64", "[2305843009213693952]", "[0,4]")), "is larger than any file"));
  CHECK(contains(error_for(entry("F32", "[1,1,1,1,1,1,1]", "[0,4]")), "more than 6 axes"));
  for (const char* small : {"F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F4", "F6_E2M3"})
    CHECK(contains(error_for(entry(small, "[4]", "[0,4]")), "dtype '" + std::string(small) + "' is not supported"));
  CHECK(contains(error_for(entry("C64", "[1]", "[0,8]"), 8), "dtype 'C64' is not supported"));
  CHECK(contains(error_of(file_of(R"({"a":)" + entry("BOOL", "[1]", "[0,1]") + "}", 1, '\x02')),
                 "a bool that is neither"));
  CHECK(contains(error_of(file_of(R"({"a":)" + entry("U64", "[1]", "[0,8]") + "}", 8, '\xFF')),
                 "the number 18446744073709551615 does not fit into int64"));
}

TEST_CASE("safetensors: refuses tensors that overlap, leave bytes out, or are not there") {
  const auto two = [](const std::string& first, const std::string& second, std::size_t bytes) {
    return error_of(
        file_of(R"({"a":)" + entry("F32", "[1]", first) + R"(,"b":)" + entry("F32", "[1]", second) + "}", bytes));
  };
  CHECK(contains(two("[0,4]", "[0,4]", 4), "the tensor 'b' begins at byte 0; expected 4"));
  CHECK(contains(two("[0,4]", "[2,6]", 6), "the tensor 'b' begins at byte 2; expected 4"));
  CHECK(contains(two("[0,4]", "[8,12]", 12), "the tensor 'b' begins at byte 8; expected 4"));
  CHECK(contains(two("[0,4]", "[4,8]", 9), "got 9 bytes of elements; expected 8"));
  CHECK(contains(two("[0,4]", "[4,8]", 7), "got 7 bytes of elements; expected 8"));
  CHECK(contains(error_for(entry("F32", "[1]", "[4,8]"), 8), "begins at byte 4; expected 0"));
}

TEST_CASE("safetensors: cut anywhere it is refused; whatever byte is changed, it is refused or read") {
  const std::string good = file_of(
      R"({"a":)" + entry("F32", "[1]", "[0,4]") + R"(,"b":)" + entry("BOOL", "[2,1]", "[4,6]") + "}", 6, '\x01');
  REQUIRE(read(good).size() == 2);
  for (std::size_t size = 0; size < good.size(); ++size) CHECK(error_of(good.substr(0, size)) != "");
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const char change : {'\x01', '\x40', '\xFF'}) {
      std::string changed = good;
      changed[at] = static_cast<char>(changed[at] ^ change);
      CHECK(is_refused_or_read(changed));
    }
}

TEST_CASE("safetensors: refuses a header's length that is one off, and what is no number or text in it") {
  const std::string good = file_of(R"({"a":)" + entry("F32", "[1]", "[0,4]") + "}", 4);
  for (const int off : {-1, 1}) {
    std::string changed = good;
    changed[0] = static_cast<char>(changed[0] + off);
    CHECK(error_of(changed) != "");
  }
  for (const char* shape : {"null", "1", "\"1\"", "[null]", "[true]", "[\"1\"]", "[[1]]", "[1e0]",
                            "[9223372036854775808]", "[-9223372036854775808]", "{\"0\":1}"})
    CHECK(contains(error_for(entry("F32", shape, "[0,4]")), "'a': "));
  for (const char* offsets : {"null", "4", "[0,4,8]", "[null,4]", "[0,\"4\"]", "[0,4.0]", "[-4,0]", "[4,4]", "[0,8]",
                              "[9223372036854775804,9223372036854775807]", "[0,9223372036854775808]"})
    CHECK(error_for(entry("F32", "[1]", offsets)) != "");
  for (const char* dtype : {"", "f32", "F32 ", "F128"})
    CHECK(contains(error_for(entry(dtype, "[1]", "[0,4]")), "dtype"));
  CHECK(contains(error_of(file_of(std::string("{}\0", 3), 0)), "not JSON"));
  CHECK(contains(error_of(file_of(R"({"\ud800":{}})", 0)), "x.safetensors"));
  CHECK(contains(error_of(file_of("\xEF\xBB\xBF{}", 0)), "its header begins with a byte order mark"));
}

TEST_CASE("safetensors: no element, however long the other axes are, is no byte") {
  CHECK(read(file_of(R"({"a":)" + entry("F32", "[0,4611686018427387904]", "[0,0]") + "}", 0))["a"].size() == 0);
  CHECK(contains(error_for(entry("F32", "[0,4611686018427387904,4]", "[0,0]"), 0), "is larger than any file"));
}

TEST_CASE("safetensors: refuses what cannot be written, and leaves an older file as it was") {
  const TemporaryFolder folder;
  const auto error = [&](const NamedTensors& tensors, const SafetensorsMetadata& metadata = {}) {
    return message_of<ValueError>([&] { write_safetensors(folder.path("w"), tensors, {.metadata = metadata}); });
  };
  folder.write("w", "older");
  CHECK(contains(error({{"__metadata__", Tensor({1.f})}}), "a tensor is named '__metadata__'"));
  CHECK(contains(error({{"\xFF", Tensor({1.f})}}), "the name of a tensor is not UTF-8"));
  CHECK(contains(error({}, {{"a", "\xFF"}}), "metadata is not UTF-8"));
  CHECK(contains(error({}, {{"a", "1"}, {"a", "2"}}), "metadata has two texts for 'a'"));
  CHECK(folder.read("w") == "older");
  CHECK_THROWS_AS(read_safetensors(folder.path("none")), FileError);
  CHECK_THROWS_AS(read_safetensors(folder.path("")), FileError);
}

TEST_CASE("safetensors: a file of no tensors") {
  const TemporaryFolder folder;
  write_safetensors(folder.path("w"), {});
  CHECK(folder.read("w") == std::string("\x08\0\0\0\0\0\0\0{}      ", 16));
  CHECK(read_safetensors(folder.path("w")).empty());
  CHECK(read_safetensors(folder.path("w"), {.memory_map = true}).empty());
}
