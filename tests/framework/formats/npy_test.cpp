#include <cornu/framework/formats/npy.hpp>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cmath>
#include <cstring>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/npy_header.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/optim/adam.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::testing::contains;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;

namespace {

std::string little_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(number >> 8 * i & 0xFF);
  return text;
}

/// A file as numpy.save writes it, its header padded so that the elements begin at a multiple of `alignment`.
std::string npy_file(std::string header, const std::string& elements, int version = 1, std::size_t alignment = 64) {
  const std::size_t before = version == 1 ? 10 : 12;
  while ((before + header.size() + 1) % alignment != 0) header += ' ';
  header += '\n';
  return "\x93NUMPY" + little_endian(static_cast<std::uint64_t>(version), 2) +
         little_endian(header.size(), version == 1 ? 2 : 4) + header + elements;
}

std::string floats(std::initializer_list<float> values) {
  std::string bytes(values.size() * 4, '\0');
  if (!bytes.empty()) std::memcpy(bytes.data(), values.begin(), bytes.size());
  return bytes;
}

std::string header_of(const std::string& shape) {
  return "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
}

std::string error_of(const std::string& bytes) {
  const TemporaryFolder folder;
  const std::string path = folder.write("x.npy", bytes);
  const std::string copied = message_of<FileError>([&] { read_npy(path); });
  CHECK(message_of<FileError>([&] { read_npy(path, {.memory_map = true}); }) == copied);
  return copied;
}

}  // namespace

TEST_CASE("npy: ml_dtypes' float8_e5m2, which numpy.save calls '<f1', becomes float32") {
  const TemporaryFolder folder;
  const std::string file = npy_file("{'descr': '<f1', 'fortran_order': False, 'shape': (4,), }", "\x3C\xC1\x7B\x01");
  const Tensor tensor = read_npy(folder.write("x.npy", file));
  CHECK(tensor.dtype() == cornu::float32);
  CHECK(tensor.to_vector<float>() == std::vector<float>{1, -2.5f, 57344, 0x1p-16f});
}

TEST_CASE("read_npy: float32 in C order, of format versions 1 to 3, read or mapped") {
  const TemporaryFolder folder;
  for (const int version : {1, 2, 3})
    for (const bool map : {false, true}) {
      const std::string path =
          folder.write("x.npy", npy_file(header_of("(2, 3)"), floats({1, 2, 3, 4, 5, 6}), version));
      const Tensor x = read_npy(path, {.memory_map = map});
      CHECK(ops::array_equal(x, Tensor({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}})));
    }
}

TEST_CASE("read_npy: elements in Fortran order are put in C order, read or mapped") {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& shape, std::initializer_list<float> values, bool map) {
    const std::string header = "{'descr': '<f4', 'fortran_order': True, 'shape': " + shape + ", }";
    return read_npy(folder.write("x.npy", npy_file(header, floats(values), 1)), {.memory_map = map});
  };
  for (const bool map : {false, true}) {
    CHECK(ops::array_equal(read("(2, 3)", {1, 4, 2, 5, 3, 6}, map), Tensor({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}})));
    CHECK(read("(2, 2, 3)", {0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11}, map).to_vector<float>() ==
          std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    CHECK(read("(3,)", {1, 2, 3}, map).to_vector<float>() == std::vector<float>{1, 2, 3});
    CHECK(read("(0, 2)", {}, map).shape() == Shape{0, 2});
    CHECK(read("()", {7}, map).item<float>() == 7);
  }
}

TEST_CASE("read_npy: the header's entries may stand in any order, with other quotes and blanks") {
  const TemporaryFolder folder;
  for (const char* header : {"{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<f4\"}",
                             "{ 'shape' : ( 2 , ) , 'descr' : '<f4' , 'fortran_order' : False , } "})
    CHECK(ops::array_equal(read_npy(folder.write("x.npy", npy_file(header, floats({7, 8})))), Tensor({7.f, 8.f})));
  CHECK(read_npy(folder.write("x.npy", npy_file(header_of("()"), floats({3})))).shape() == Shape());
  CHECK(read_npy(folder.write("x.npy", npy_file(header_of("(1, 2)"), floats({3, 4})))).shape() == Shape{1, 2});
}

TEST_CASE("write_npy: what numpy.save writes, and read_npy reads, for every dtype and rank") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.npy");
  write_npy(path, Tensor({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}));
  CHECK(folder.read("x.npy") == npy_file(header_of("(2, 3)"), floats({1, 2, 3, 4, 5, 6})));

  const double inf = std::numeric_limits<double>::infinity();
  const Tensor tensors[] = {Tensor(2.5f),
                            Tensor({0.1, -inf, std::nan("")}),
                            Tensor({{std::numeric_limits<std::int32_t>::min()}, {7}}),
                            Tensor({std::numeric_limits<std::int64_t>::max()}),
                            Tensor({{true, false}, {false, true}}),
                            random::normal({2, 1, 3, 1, 2, 2}),
                            Tensor::zeros({0, 3}),
                            Tensor::zeros({4, 0}, int64)};
  for (const Tensor& x : tensors)
    for (const bool map : {false, true}) {
      write_npy(path, x);
      const Tensor y = read_npy(path, {.memory_map = map});
      CHECK(y.dtype() == x.dtype());
      CHECK(y.shape() == x.shape());
      CHECK(std::memcmp(y.identity()->storage->bytes, x.identity()->storage->bytes, x.nbytes()) == 0);
    }
  CHECK(detail::format_npy_header(boolean, {1}) == "{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }");
}

TEST_CASE("read_npy: a mapped table trains in place, and the file stays as it is") {
  const TemporaryFolder folder;
  const std::string path = folder.path("table.npy");
  random::set_seed(1);
  const Tensor start = random::normal({100, 4});
  write_npy(path, start);
  const std::string before = folder.read("table.npy");

  layers::Embedding mapped(100, 4, {.weights = read_npy(path, {.memory_map = true})}),
      other(100, 4, {.weights = start});
  const std::byte* const memory = mapped.embeddings().body().value.identity()->storage->bytes;
  optim::Adam a, b;
  for (int step = 0; step < 3; ++step)
    for (auto* pair : {&mapped, &other}) {
      GradientTape tape;
      const Tensor loss = ops::sum(ops::square((*pair)(Tensor({3, 99, 3}))));
      (pair == &mapped ? a : b).apply({{tape.gradient(loss, pair->embeddings()), pair->embeddings()}});
    }
  CHECK(ops::array_equal(mapped.get_weights()[0], other.get_weights()[0]));
  CHECK_FALSE(ops::array_equal(mapped.get_weights()[0], start));
  CHECK(mapped.embeddings().body().value.identity()->storage->bytes == memory);  // no copy of the table was made
  CHECK(folder.read("table.npy") == before);
}

TEST_CASE("read_npy: a mapped tensor outlives its file's name, and a new file under it") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.npy");
  write_npy(path, Tensor({1.f, 2.f}));
  const Tensor x = read_npy(path, {.memory_map = true});
  write_npy(path, Tensor({9.f, 9.f, 9.f}));
  CHECK(ops::array_equal(x, Tensor({1.f, 2.f})));
  CHECK(read_npy(path, {.memory_map = true}).dim(0) == 3);
}

TEST_CASE("read_npy: elements that do not lie where their type is read are copied") {
  const TemporaryFolder folder;
  const std::string header = header_of("(2,)") + std::string(64 - (10 + header_of("(2,)").size() + 1) % 64 + 1, ' ');
  const std::string path = folder.write("x.npy", npy_file(header, floats({5, 6}), 1, 1));
  CHECK((folder.read("x.npy").size() - 8) % 4 == 1);
  CHECK(ops::array_equal(read_npy(path, {.memory_map = true}), Tensor({5.f, 6.f})));
}

TEST_CASE("read_npy: files that are something else") {
  CHECK(contains(error_of(""), "too short"));
  CHECK(contains(error_of("\x93NUMPY\x01"), "too short"));
  CHECK(contains(error_of("PK\x03\x04 an archive of numpy.savez"), "not a file of numpy.save; got a zip archive"));
  CHECK(contains(error_of(npy_file(header_of("(1,)"), floats({1}), 4)), "format version 4.0"));
  std::string minor = npy_file(header_of("(1,)"), floats({1}));
  minor[7] = 1;
  CHECK(contains(error_of(minor), "format version 1.1"));
  const TemporaryFolder folder;
  CHECK(contains(message_of<FileError>([&] { read_npy(folder.path("missing")); }), "missing': cannot be read"));
  CHECK(contains(message_of<FileError>([&] { read_npy(folder.path(".")); }), "a folder or a device"));
  CHECK(contains(message_of<FileError>([&] { read_npy("/dev/zero"); }), "a folder or a device"));
  folder.write("x", npy_file(header_of("(1,)"), floats({1})));
  const std::string cut = folder.path(std::string("x\0y", 3));
  CHECK(contains(message_of<FileError>([&] { read_npy(cut); }), "[read_npy] cannot read"));
  CHECK(contains(message_of<FileError>([&] { write_npy(cut, Tensor({1.f})); }), "[write_npy] cannot write"));
  ::mkfifo(folder.path("pipe").c_str(), 0600);
  CHECK(contains(message_of<FileError>([&] { read_npy(folder.path("pipe")); }), "a folder or a device"));
}

TEST_CASE("read_npy: lengths that are not what the header says") {
  const std::string good = npy_file(header_of("(2, 3)"), floats({1, 2, 3, 4, 5, 6}));
  for (const std::size_t length : {std::size_t{11}, std::size_t{12}, std::size_t{40}, std::size_t{127}})
    CHECK(contains(error_of(good.substr(0, length)), "read_npy"));
  CHECK(contains(error_of(good.substr(0, good.size() - 1)),
                 "not as long as it says; got 23 bytes of elements; expected 24"));
  CHECK(contains(error_of(good + "x"), "got 25 bytes"));
  CHECK(contains(error_of(npy_file(header_of("(0,)"), "x")), "got 1 bytes of elements; expected 0"));
  CHECK(contains(error_of(npy_file(header_of("(4611686018427387904, 4)"), "x")), "larger than any file"));
  CHECK(contains(error_of(npy_file(header_of("(4611686018427387904,)"), "x")), "larger than any file"));
  CHECK(contains(error_of(npy_file(header_of("(0, 4611686018427387904, 4611686018427387904)"), "")),
                 "larger than any file"));
  CHECK(contains(error_of(std::string("\x93NUMPY\x02\0\xFF\xFF\xFF\x7F{}", 14)),
                 "a header of 2147483647 bytes in a file of 14"));
  CHECK(contains(error_of(std::string("\x93NUMPY\x01\0\x05\0{}", 12)), "a header of 5 bytes in a file of 12"));
}

TEST_CASE("read_npy: headers that are damaged, or ask for what there is not") {
  const auto refuses = [](const std::string& header, const std::string& why) {
    CAPTURE(header);
    CHECK(contains(error_of(npy_file(header, floats({1, 2}))), why));
  };
  for (const char* header : {"",
                             "{",
                             "}",
                             "{}",
                             "[]",
                             "{'descr': '<f4'}",
                             "{'descr': '<f4', 'fortran_order': False}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (2}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': 2}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,)}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (2,)}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
                             "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",

                             "{'descr': '<f4' 'fortran_order': False, 'shape': (2,)}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x",
                             "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}"})
    refuses(header, "not a header of numpy.save");
  refuses("{'descr': '<f4, 'fortran_order': False, 'shape': (2,)}", "dtype '<f4, ' is not supported");
  for (const char* dtype :
       {"|f1", "f1", "<V1", "<U3", "", "<", "f4", "=f4", "|f4", "<i1", "<b1", "<f16", "<c8", "<M8[s]", "bfloat16"})
    refuses(fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': (2,)}}", dtype), "is not supported");
  refuses("{'descr': '|O', 'fortran_order': False, 'shape': ()}", "it holds Python objects, which is a pickle");
  refuses("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 2)}", "more than 6 axes");
  CHECK(contains(error_of(npy_file("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", "\x01\x02")),
                 "neither 0 nor 1"));
}

TEST_CASE("write_npy: what cannot be written leaves an older file as it was") {
  const TemporaryFolder folder;
  const std::string path = folder.write("x.npy", "old");
  CHECK_THROWS_AS(write_npy(path, Tensor::symbolic({2})), StateError);
  CHECK_THROWS_AS(write_npy(path, Tensor()), StateError);
  CHECK_THROWS_AS(write_npy(folder.path("no/such/folder.npy"), Tensor({1.f})), FileError);
  CHECK(folder.read("x.npy") == "old");
  CHECK(folder.size() == 1);
}
