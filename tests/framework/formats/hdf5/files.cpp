#include "tests/framework/formats/hdf5/files.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <cstring>
#include <memory>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/storage.hpp>

#include "tests/support/fixture.hpp"

namespace cornu::testing {

FileBytes hdf5_fixture(std::string_view name) {
  const std::string path = fixture_path(fmt::format("hdf5/{}.h5.gz", name));
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(::gzopen(path.c_str(), "rb"), &::gzclose);
  if (!file) throw FileError(path, "cannot be opened; expected a file that tests/fixtures/hdf5/make.py makes");
  FileBytes bytes;
  std::array<std::byte, 1 << 16> block;
  while (true) {
    const int count = ::gzread(file.get(), block.data(), block.size());
    if (count < 0) throw FileError(path, "is damaged");
    if (count == 0) return bytes;
    bytes.insert(bytes.end(), block.begin(), block.begin() + count);
  }
}

Tensor fixture_numbers(const Shape& shape, DType dtype) {
  Tensor numbers = Tensor::arange(shape.size()).astype(float64);
  double* const elements = numbers.mutable_data<double>();
  for (std::int64_t i = 0; i < shape.size(); ++i)
    elements[i] = (is_floating(dtype) ? elements[i] / 2 : elements[i]) - 3;
  return numbers.astype(dtype).with_shape(shape);
}

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.dtype() == b.dtype() && a.shape() == b.shape() &&
         std::memcmp(a.identity()->storage->bytes, b.identity()->storage->bytes, a.nbytes()) == 0;
}

}  // namespace cornu::testing
