#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/formats/hdf5/reader.hpp>

namespace cornu::testing {

using FileBytes = std::vector<std::byte>;

/// The bytes of tests/fixtures/hdf5/<name>.h5, which lies there compressed.
FileBytes hdf5_fixture(std::string_view name);

/// One of those files, opened.
class Hdf5Fixture {
 public:
  explicit Hdf5Fixture(const std::string& name) : bytes_(hdf5_fixture(name)), file_(bytes_, name) {}

  formats::Hdf5Object at(std::string_view path) const { return file_.at(path); }
  Tensor read(std::string_view path) const { return at(path).dataset().read(); }
  const formats::Hdf5File& file() const { return file_; }
  const FileBytes& bytes() const { return bytes_; }

 private:
  FileBytes bytes_;
  formats::Hdf5File file_;
};

/// What make.py writes where it says nothing else: i/2 - 3 for floating dtypes, i - 3 for others.
Tensor fixture_numbers(const Shape& shape, DType dtype = float32);

/// Same dtype, shape and bits (a NaN equals itself).
bool same_bits(const Tensor& a, const Tensor& b);

}  // namespace cornu::testing
