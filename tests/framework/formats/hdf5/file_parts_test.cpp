#include <cornu/framework/formats/hdf5/file_parts.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/formats/hdf5/reader.hpp>
#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/tensor/storage.hpp>

#include "tests/support/temporary_folder.hpp"

using namespace cornu;
using namespace cornu::formats;
using cornu::testing::TemporaryFolder;

namespace {

constexpr std::int64_t count = 32'768;  // 128 KiB

bool is_part(const Tensor& tensor) { return tensor.identity()->storage->owner != nullptr; }

std::vector<float> numbers(std::int64_t from) {
  return Tensor::arange(static_cast<double>(from), static_cast<double>(from + count), 1, float32).to_vector<float>();
}

std::string number_as_bytes(std::uint64_t number) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(number >> 8 * i & 0xFF);
  return bytes;
}

/// The arrays a and b, of which b lies so many bytes behind the beginning of a; apart without a number.
std::string file_of_two(std::optional<std::uint64_t> distance) {
  Hdf5Writer writer("two.h5");
  writer.add_dataset("/a", Tensor::arange(0, count, 1, float32));
  writer.add_dataset("/b", Tensor::arange(count, 2 * count, 1, float32));
  const Hdf5Image image = writer.finish();
  std::string bytes = image.join();
  if (!distance) return bytes;
  const std::string before = number_as_bytes(image.place("/b")->offset);
  return bytes.replace(bytes.find(before), 8, number_as_bytes(image.place("/a")->offset + *distance));
}

struct OpenFile {
  explicit OpenFile(const std::string& path)
      : mapped(std::make_shared<const MappedFile>(path)), hdf5(mapped->bytes(), path, mapped) {}
  Tensor read(const char* name) const { return hdf5.at(name).dataset().read(); }

  SharedFile mapped;
  Hdf5File hdf5;
};

}  // namespace

TEST_CASE("hdf5 file parts: arrays that lie apart are both parts of the file, and the file stays as it is") {
  const TemporaryFolder folder;
  const std::string bytes = file_of_two(std::nullopt);
  const OpenFile file(folder.write("two.h5", bytes));
  Tensor a = file.read("a");
  const Tensor b = file.read("b");
  CHECK(is_part(a));
  CHECK(is_part(b));
  CHECK(a.to_vector<float>() == numbers(0));
  CHECK(b.to_vector<float>() == numbers(count));
  a.mutable_data<float>()[count - 1] = -1;
  CHECK(b.to_vector<float>() == numbers(count));
  CHECK(folder.read("two.h5") == bytes);
}

TEST_CASE("hdf5 file parts: of arrays over each other one is a part of the file, and a change of it reaches no other") {
  const TemporaryFolder folder;
  for (const std::uint64_t distance : {std::uint64_t{0}, std::uint64_t{4}, std::uint64_t{4 * (count - 1)}}) {
    for (const bool a_first : {true, false}) {
      const OpenFile file(folder.write("two.h5", file_of_two(distance)));
      Tensor first = file.read(a_first ? "a" : "b");
      const Tensor second = file.read(a_first ? "b" : "a");
      CHECK(is_part(first));
      CHECK_FALSE(is_part(second));
      const std::vector<float> before = second.to_vector<float>();
      for (std::int64_t i = 0; i < count; ++i) first.mutable_data<float>()[i] = -1;
      CHECK(second.to_vector<float>() == before);
    }
  }
}

TEST_CASE("hdf5 file parts: an array that is read again is copied") {
  const TemporaryFolder folder;
  const OpenFile file(folder.write("two.h5", file_of_two(std::nullopt)));
  const Tensor first = file.read("a"), second = file.read("a");
  CHECK(is_part(first));
  CHECK_FALSE(is_part(second));
  CHECK(second.to_vector<float>() == numbers(0));
}

TEST_CASE("hdf5 file parts: without a file, and for few bytes, nothing is given") {
  const TemporaryFolder folder;
  const auto file = std::make_shared<const MappedFile>(folder.write("x", std::string(1 << 17, 'x')));
  hdf5::FileParts none(nullptr), some(file);
  CHECK_FALSE(none.take(file->bytes(), {1 << 15}, float32));
  CHECK_FALSE(some.take(file->bytes().first((1 << 16) - 4), {(1 << 14) - 1}, float32));
  CHECK_FALSE(some.take({}, {0}, float32));
  CHECK_FALSE(some.take(file->bytes().subspan(2, 1 << 16), {1 << 14}, float32));
  CHECK(some.take(file->bytes().first(1 << 16), {1 << 14}, float32));
}
