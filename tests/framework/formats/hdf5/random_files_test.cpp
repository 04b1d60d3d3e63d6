#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstring>
#include <map>
#include <random>

#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/tensor/storage.hpp>

#include "tests/framework/formats/hdf5/files.hpp"
#include "tests/support/libhdf5.hpp"

using namespace cornu;
using namespace cornu::testing;

namespace {

constexpr H5F_libver_t versions[] = {H5F_LIBVER_EARLIEST, H5F_LIBVER_V18, H5F_LIBVER_LATEST};

template <class F>
FileBytes make_file(H5F_libver_t version, F&& fill) {
  const std::string text = make_hdf5(version, fill);
  const auto bytes = std::as_bytes(std::span(text));
  return FileBytes(bytes.begin(), bytes.end());
}

/// A file of random groups, attributes and datasets, and what is in it.
class RandomFile {
 public:
  explicit RandomFile(unsigned seed) : random_(seed) {
    bytes = make_file(versions[seed % 3], [&](hid_t file) { fill(file, "", below(3)); });
  }

  FileBytes bytes;
  std::map<std::string, Tensor> datasets;
  std::map<std::pair<std::string, std::string>, std::int64_t> attributes;
  std::size_t groups = 1;

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  bool chance(std::size_t n) { return below(n) == 0; }

  void fill(hid_t group, const std::string& path, std::size_t depth) {
    const std::size_t links = chance(5) ? below(80) : below(6);
    for (std::size_t i = 0; i < links; ++i) {
      const std::string name = fmt::format("{}_{}", std::string(1 + below(20), 'x'), i);
      if (depth == 0 || !chance(4)) {
        add_dataset(group, name, path + "/" + name);
        continue;
      }
      const Handle child(H5Gcreate2(group, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      ++groups;
      fill(child, path + "/" + name, depth - 1);
    }
    add_attributes(group, path);
  }

  void add_attributes(hid_t object, const std::string& path) {
    const std::size_t count = chance(8) ? below(40) : below(4);
    const Handle space(H5Screate(H5S_SCALAR));
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = fmt::format("a{}", i);
      const auto value = static_cast<std::int64_t>(random_());
      const Handle attribute(H5Acreate2(object, name.c_str(), H5T_STD_I64BE, space, H5P_DEFAULT, H5P_DEFAULT));
      H5Awrite(attribute, H5T_NATIVE_INT64, &value);
      attributes[{path, name}] = value;
    }
  }

  void add_dataset(hid_t group, const std::string& name, const std::string& path) {
    Shape shape;
    for (std::size_t rank = below(4); shape.rank() < rank;) shape.push_back(static_cast<std::int64_t>(below(9)));
    const bool floating = chance(2);
    const Tensor values = fixture_numbers(shape, floating ? float32 : int64);
    const hid_t stored[] = {floating ? H5T_IEEE_F32LE : H5T_STD_I64LE, floating ? H5T_IEEE_F32BE : H5T_STD_I64BE};
    const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
    const Handle space(make_space(shape, properties));
    const Handle dataset(
        H5Dcreate2(group, name.c_str(), stored[below(2)], space, H5P_DEFAULT, properties, H5P_DEFAULT));
    H5Dwrite(dataset, floating ? H5T_NATIVE_FLOAT : H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT,
             values.identity()->storage->bytes);
    datasets[path] = values;
    if (chance(3)) add_attributes(dataset, path);
  }

  /// The extents, perhaps with limits, and a layout that goes with them.
  hid_t make_space(const Shape& shape, hid_t properties) {
    if (shape.empty()) return H5Screate(H5S_SCALAR);
    const auto rank = static_cast<int>(shape.rank());
    std::vector<hsize_t> extents(shape.begin(), shape.end()), limits = extents, chunk;
    if (chance(4)) H5Pset_layout(properties, H5D_COMPACT);
    if (!chance(3)) return H5Screate_simple(rank, extents.data(), nullptr);
    for (hsize_t& limit : limits) {
      if (chance(3))
        limit = H5S_UNLIMITED;
      else
        limit += chance(4) ? below(5) + 1 : 0;
      chunk.push_back(1 + below(limit == H5S_UNLIMITED ? 9 : std::max<std::size_t>(limit, 1)));
    }
    H5Pset_chunk(properties, rank, chunk.data());
    if (chance(5)) H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY);
    if (chance(2)) H5Pset_shuffle(properties);
    if (chance(2)) H5Pset_deflate(properties, 6);
    if (chance(3)) H5Pset_fletcher32(properties);
    return H5Screate_simple(rank, extents.data(), limits.data());
  }

  std::mt19937 random_;
};

std::size_t count_groups(const formats::Hdf5Object& root) {
  std::size_t groups = 0;
  std::vector<formats::Hdf5Object> todo{root};
  while (!todo.empty()) {
    const formats::Hdf5Object object = todo.back();
    todo.pop_back();
    groups += object.is_group() ? 1 : 0;
    for (auto& child : object.children()) todo.push_back(std::move(child));
  }
  return groups;
}

}  // namespace

TEST_CASE("hdf5: what libhdf5 writes is what is read, for random files") {
  for (unsigned seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    const RandomFile random(seed);
    const formats::Hdf5File file(random.bytes, "random.h5");
    CHECK(count_groups(file.root()) == random.groups);
    for (const auto& dataset : random.datasets) {
      CAPTURE(dataset.first);
      CHECK(same_bits(file.at(dataset.first).dataset().read(), dataset.second));
    }
    for (const auto& [where, value] : random.attributes)
      CHECK(file.at(where.first).integer_attribute(where.second) == value);
  }
}

TEST_CASE("hdf5: thousands of links and chunks, in trees and heaps of several levels") {
  const Tensor values = fixture_numbers({60, 60});
  const auto name_of = [](int i) { return fmt::format("{:05}{}", i, std::string(200, 'x')); };
  for (const H5F_libver_t version : versions) {
    const FileBytes bytes = make_file(version, [&](hid_t file) {
      const hsize_t extents[] = {60, 60}, limits[] = {H5S_UNLIMITED, H5S_UNLIMITED}, chunk[] = {1, 1};
      const Handle space(H5Screate_simple(2, extents, limits)), properties(H5Pcreate(H5P_DATASET_CREATE));
      H5Pset_chunk(properties, 2, chunk);
      const Handle dataset(H5Dcreate2(file, "chunks", H5T_IEEE_F32LE, space, H5P_DEFAULT, properties, H5P_DEFAULT));
      H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data<float>());
      for (int i = 0; i < 4000; ++i) H5Lcreate_hard(file, "chunks", file, name_of(i).c_str(), H5P_DEFAULT, H5P_DEFAULT);
    });
    const formats::Hdf5File read(bytes, "large.h5");
    const auto children = read.root().children();
    REQUIRE(children.size() == 4001);
    for (int i = 0; i < 4000; ++i) CHECK(children[static_cast<std::size_t>(i)].name() == name_of(i));
    CHECK(same_bits(children[7].dataset().read(), values));
  }
}

TEST_CASE("Hdf5Writer: libhdf5 reads what it makes") {
  const Tensor x = fixture_numbers({2, 3}), flags({true, false});
  formats::Hdf5Writer writer("x.h5");
  writer.add_dataset("/layers/dense/vars/0", x);
  writer.add_dataset("/flags", flags);
  writer.set_attribute("/layers/dense/vars", "name", "dense");
  std::string image = writer.finish().join();
  const Handle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_fapl_core(access, 1 << 16, false);
  REQUIRE(H5Pset_file_image(access, image.data(), image.size()) >= 0);
  const Handle file(H5Fopen("written", H5F_ACC_RDONLY, access));

  const Handle dataset(H5Dopen2(file, "/layers/dense/vars/0", H5P_DEFAULT));
  Tensor read = Tensor::zeros({2, 3});
  REQUIRE(H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, read.mutable_data<float>()) >= 0);
  CHECK(same_bits(read, x));
  const Handle bools(H5Dopen2(file, "/flags", H5P_DEFAULT)), type(H5Dget_type(bools));
  CHECK(H5Tget_class(type) == H5T_ENUM);
  signed char bytes[2] = {};
  REQUIRE(H5Dread(bools, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) >= 0);
  CHECK(bytes[0] == 1);
  CHECK(bytes[1] == 0);
  const Handle attribute(H5Aopen_by_name(file, "/layers/dense/vars", "name", H5P_DEFAULT, H5P_DEFAULT));
  const Handle text(H5Aget_type(attribute));
  CHECK(H5Tis_variable_str(text) > 0);
  CHECK(H5Tget_cset(text) == H5T_CSET_UTF8);
  char* name = nullptr;
  REQUIRE(H5Aread(attribute, text, &name) >= 0);
  CHECK(std::string(name) == "dense");
  H5free_memory(name);
}
