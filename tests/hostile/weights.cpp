// model.weights.h5 that do not hold the weights of dense.keras: a kernel (3, 1) and a bias (1).
#include <array>
#include <utility>
#include <vector>

#include "tests/hostile/members.hpp"
#include "tests/support/libhdf5.hpp"

namespace cornu::testing {

namespace {

using Extents = std::vector<hsize_t>;

Handle make_group(hid_t parent, const char* name) {
  return Handle(H5Gcreate2(parent, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

// A dataset without elements of its own.
void add_dataset(hid_t group, const char* name, const Extents& extents, hid_t type = H5T_IEEE_F32LE,
                 hid_t properties = H5P_DEFAULT) {
  const Extents limits(extents.size(), H5S_UNLIMITED);
  const bool has_chunks = properties != H5P_DEFAULT && H5Pget_layout(properties) == H5D_CHUNKED;
  const Handle space(
      H5Screate_simple(static_cast<int>(extents.size()), extents.data(), has_chunks ? limits.data() : nullptr));
  const Handle dataset(H5Dcreate2(group, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT));
}

// A file in which `fill` makes the kernel, "0" of /layers/dense/vars; the bias is there.
template <class F>
std::string with_kernel(F&& fill, H5F_libver_t version = H5F_LIBVER_EARLIEST) {
  return make_hdf5(version, [&](hid_t file) {
    const Handle layers(make_group(file, "layers")), dense(make_group(layers, "dense"));
    const Handle vars(make_group(dense, "vars"));
    add_dataset(vars, "1", {1});
    fill(static_cast<hid_t>(vars));
  });
}

std::string with_kernel_of(const Extents& extents, hid_t type = H5T_IEEE_F32LE) {
  return with_kernel([&](hid_t vars) { add_dataset(vars, "0", extents, type); });
}

// The kernel as one chunk whose stored bytes `chunk` are said to be those of deflate.
std::string with_chunk(const Extents& extents, const Extents& chunk_extents, const std::string& chunk) {
  return with_kernel([&](hid_t vars) {
    const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_chunk(properties, static_cast<int>(chunk_extents.size()), chunk_extents.data());
    H5Pset_deflate(properties, 6);
    add_dataset(vars, "0", extents, H5T_IEEE_F32LE, properties);
    const Handle dataset(H5Dopen2(vars, "0", H5P_DEFAULT));
    const std::array<hsize_t, 2> origin{};
    H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, origin.data(), chunk.size(), chunk.data());
  });
}

// A dataset of zeros that takes some bytes.
void add_zeros(hid_t group, const char* name, hsize_t rows, hsize_t columns) {
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  const std::array<hsize_t, 2> chunk{std::min<hsize_t>(rows, 1 << 12), columns};
  H5Pset_chunk(properties, 2, chunk.data());
  add_dataset(group, name, {rows, columns}, H5T_IEEE_F32LE, properties);
}

std::string of_numbers(std::size_t count) {
  std::string numbers(count, '\0');
  for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<char>(i * 37);
  return numbers;
}

std::string virtual_kernel() {
  return with_kernel(
      [](hid_t vars) {
        const std::array<hsize_t, 2> extents{3, 1};
        const Handle space(H5Screate_simple(2, extents.data(), nullptr)), properties(H5Pcreate(H5P_DATASET_CREATE));
        H5Pset_virtual(properties, space, "/etc/other.h5", "x", space);
        add_dataset(vars, "0", {3, 1}, H5T_IEEE_F32LE, properties);
      },
      H5F_LIBVER_LATEST);
}

std::string external_kernel() {
  return with_kernel([](hid_t vars) {
    const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_external(properties, "/etc/passwd", 0, 12);
    add_dataset(vars, "0", {3, 1}, H5T_IEEE_F32LE, properties);
  });
}

// The extents (3, 1) of the kernel are said to be others.
std::string with_said_extents(std::uint64_t rows, std::uint64_t columns) {
  const auto text = [](std::uint64_t a, std::uint64_t b) {
    std::string bytes(16, '\0');
    put(bytes, 0, a, 8);
    put(bytes, 8, b, 8);
    return bytes;
  };
  return replaced(members_of("dense").weights, text(3, 1), text(rows, columns));
}

// A group of `depth` groups that each hold the next one twice: 2^depth paths.
std::string doubled(int depth) {
  return with_kernel([&](hid_t vars) {
    add_dataset(vars, "0", {3, 1});
    std::vector<hid_t> groups{vars};
    for (int i = 0; i < depth; ++i) {
      groups.push_back(H5Gcreate2(groups.back(), "a", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      H5Lcreate_hard(groups[groups.size() - 2], "a", groups[groups.size() - 2], "b", H5P_DEFAULT, H5P_DEFAULT);
    }
    for (std::size_t i = 1; i < groups.size(); ++i) H5Gclose(groups[i]);
  });
}

// Names of 1,000 bytes inside each other, and many groups at the bottom, each with a dataset.
std::string long_paths() {
  return with_kernel([](hid_t vars) {
    add_dataset(vars, "0", {3, 1});
    std::vector<hid_t> groups{vars};
    for (int i = 0; i < 50; ++i)
      groups.push_back(
          H5Gcreate2(groups.back(), std::string(1000, 'x').c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    for (int i = 0; i < 10'000; ++i) {
      const Handle group(make_group(groups.back(), std::to_string(i).c_str()));
      H5Lcreate_hard(vars, "1", group, "0", H5P_DEFAULT, H5P_DEFAULT);
    }
    for (std::size_t i = 1; i < groups.size(); ++i) H5Gclose(groups[i]);
  });
}

// A dense layer of `rows` inputs whose kernel is not stored, beside so many bytes that nobody reads.
std::string unstored_kernel(hsize_t rows, std::size_t bytes) {
  const std::string weights = make_hdf5(H5F_LIBVER_EARLIEST, [&](hid_t file) {
    const Handle layers(make_group(file, "layers")), dense(make_group(layers, "dense"));
    const Handle vars(make_group(dense, "vars"));
    add_dataset(vars, "1", {1});
    add_zeros(vars, "0", rows, 1);
    const std::array<hsize_t, 1> extents{bytes};
    const Handle space(H5Screate_simple(1, extents.data(), nullptr));
    const Handle padding(H5Dcreate2(file, "padding", H5T_STD_I8LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    const std::string zeros(bytes, '\0');
    H5Dwrite(padding, H5T_STD_I8LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros.data());
  });
  std::string config = members_of("dense").config;
  for (std::size_t at; (at = config.find("[null, 3]")) != std::string::npos;)
    config = replaced(config, "[null, 3]", "[null, " + std::to_string(rows) + "]");
  return archive_of({config, weights}, true);
}

HostileFile weights_file(std::string kind, std::string bytes, std::string error) {
  return {std::move(kind), HostileUse::weights, {"other.weights.h5", std::move(bytes)}, std::move(error)};
}

HostileFile shards(std::string kind, std::string index, std::string error, std::vector<NamedBytes> beside = {}) {
  return {std::move(kind),
          HostileUse::weights,
          {"other.weights.json", std::move(index)},
          std::move(error),
          std::move(beside)};
}

std::vector<HostileFile> hostile_weight_files() {
  const std::string dense = members_of("dense").weights, map = R"({"metadata": {}, "weight_map": )";
  const auto named = [&](const std::string& name) { return map + R"({"/layers/dense/vars": [")" + name + R"("]}})"; };
  return {weights_file("a text as .weights.h5", "hello", "not an HDF5 file"),
          weights_file("a truncated .weights.h5", dense.substr(0, dense.size() / 2), "cut off"),
          shards("an index that is no JSON", "{", "not JSON"),
          shards("an index without a map", "{}", "weight_map"),
          shards("a shard with ..", named("../../etc/passwd"), "the name of a file in the same folder"),
          shards("an absolute shard", named("/etc/passwd"), "the name of a file in the same folder"),
          shards("a shard of another drive", named("c:\\\\x.h5"), "the name of a file in the same folder"),
          shards("a shard that is missing", named("nobody.weights.h5"), "nobody.weights.h5"),
          shards("a shard that is a text", named("text.h5"), "not an HDF5 file", {{"text.h5", "hello"}}),
          shards("shards that overlap", map + R"({"a": "one.h5", "b": ["two.h5"]}})", "got 4 arrays; expected 2",
                 {{"one.h5", dense}, {"two.h5", dense}}),
          shards("no shards", map + "{}}", "names no shards")};
}

}  // namespace

std::vector<HostileFile> hostile_weights() {
  const std::string good = members_of("dense").weights;
  constexpr hsize_t far = hsize_t{1} << 40;
  std::vector<HostileFile> all{
      model_with_weights("no HDF5", "no HDF5", "not an HDF5 file"),
      model_with_weights("truncated HDF5", good.substr(0, good.size() - 100), "cut off"),
      model_with_weights("a weight that is missing", with_kernel([](hid_t) {}), "got 1 arrays; expected 2"),
      model_with_weights("a weight too many", with_kernel([](hid_t vars) {
                           add_dataset(vars, "0", {3, 1});
                           add_dataset(vars, "2", {1});
                         }),
                         "got 3 arrays; expected 2"),
      model_with_weights("weights of another model", members_of("dense_deep").weights, "are not those of the model"),
      model_with_weights("another shape", with_kernel_of({1, 3}), "has another shape"),
      model_with_weights("texts", with_kernel_of({3, 1}, H5T_C_S1), "/layers/dense/vars/0"),
      model_with_weights("references", with_kernel_of({3, 1}, H5T_STD_REF_OBJ), "a reference"),
      model_with_weights("a group as a weight", with_kernel([](hid_t vars) { make_group(vars, "0"); }), "is a group"),
      model_with_weights("a soft link", with_kernel([](hid_t vars) {
                           H5Lcreate_soft("/layers/dense/vars/1", vars, "0", H5P_DEFAULT, H5P_DEFAULT);
                         }),
                         "is a soft link"),
      model_with_weights("a link into another file", with_kernel([](hid_t vars) {
                           H5Lcreate_external("/etc/other.h5", "/x", vars, "0", H5P_DEFAULT, H5P_DEFAULT);
                         }),
                         "is a link into another file"),
      model_with_weights("a virtual dataset", virtual_kernel(), "a virtual dataset"),
      model_with_weights("elements in another file", external_kernel(), "stored in other files"),
      model_with_weights("10^12 rows, stored nowhere", with_kernel_of({1'000'000'000'000, 1}), "has another shape"),
      model_with_weights("extents beyond 64 bits", with_said_extents(far, far), "is larger than"),
      model_with_weights("extents beyond the file", with_said_extents(far, 1), "extents above"),
      model_with_weights("a chunk that is cut off", with_chunk({3, 1}, {3, 1}, "\x78\x9c"), "/layers/dense/vars/0"),
      model_with_weights("a chunk that is no deflate", with_chunk({3, 1}, {3, 1}, of_numbers(100)),
                         "/layers/dense/vars/0"),
      model_with_weights("chunks of 4 GB", with_chunk({3, 1}, {3, (hsize_t{1} << 28) - 1}, "\x78\x9c"),
                         "/layers/dense/vars/0"),
      model_with_weights("a group inside itself", with_kernel([](hid_t vars) {
                           add_dataset(vars, "0", {3, 1});
                           H5Lcreate_hard(vars, ".", vars, "again", H5P_DEFAULT, H5P_DEFAULT);
                         }),
                         "under another name"),
      model_with_weights("2^50 paths", doubled(50), "under another name"),
      model_with_weights("more paths than memory", long_paths(), "has more than 4096 bytes"),
      hostile_model("600 MB stored nowhere", unstored_kernel(150'000'000, std::size_t{60} << 20),
                    "cannot come from this file")};
  for (HostileFile& file : hostile_weight_files()) all.push_back(std::move(file));
  return all;
}

}  // namespace cornu::testing
