#include <cornu/framework/formats/hdf5/writer.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "tests/framework/formats/hdf5/files.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::testing;
using formats::Hdf5File;
using formats::Hdf5Type;
using formats::Hdf5Writer;

namespace {

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("Hdf5Writer: datasets of every dtype come back with the same bits") {
  const Tensor tensors[] = {Tensor({{1.F, -0.F}, {3.5F, std::numeric_limits<float>::infinity()}}),
                            Tensor({0.1, std::nan("")}),
                            Tensor({{1, 2, 3}}),
                            Tensor({std::numeric_limits<std::int64_t>::min()}),
                            Tensor({true, false, true}),
                            Tensor(2.5F),
                            Tensor(std::int64_t{7}),
                            fixture_numbers({2, 1, 3, 1, 2, 2}),
                            Tensor::zeros({0, 4}),
                            Tensor::zeros({3, 0}, int64)};
  Hdf5Writer writer("x.h5");
  for (std::size_t i = 0; i < std::size(tensors); ++i)
    writer.add_dataset(fmt::format("/layers/dense/vars/{}", i), tensors[i]);
  const std::string bytes = writer.finish().join();
  const Hdf5File file(bytes_of(bytes), "x.h5");
  CHECK(file.at("layers/dense/vars").children().size() == std::size(tensors));
  for (std::size_t i = 0; i < std::size(tensors); ++i)
    CHECK(same_bits(file.at(fmt::format("layers/dense/vars/{}", i)).dataset().read(), tensors[i]));
}

TEST_CASE("Hdf5Writer: bfloat16 is rounded to the nearest even, as Keras writes it") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  const Tensor x({1.F, 1.00390625F, 1.01171875F, 1.004F, -3.39e38F, -inf, nan});
  Hdf5Writer writer("x.h5");
  writer.add_bfloat16("/w", x);
  const std::string bytes = writer.finish().join();
  const Hdf5File file(bytes_of(bytes), "x.h5");
  const auto dataset = file.at("w").dataset();
  CHECK(dataset.type() == Hdf5Type::bfloat16);
  CHECK(file.at("w").string_attribute("dtype") == "bfloat16");
  const Tensor y = dataset.read();
  const float expected[] = {1, 1, 1.015625F, 1.0078125F, -0x1.fep127F, -inf};
  CHECK(std::ranges::equal(y.values<float>().first(6), expected));
  CHECK(std::isnan(y.at<float>(6)));
  CHECK_THROWS_AS(writer.add_bfloat16("/v", Tensor({1.0})), ValueError);
}

TEST_CASE("Hdf5Writer: int8 for quantised tables") {
  Hdf5Writer writer("x.h5");
  writer.add_int8("/q", {2, 2}, {-128, 0, 5, 127});
  writer.add_int8("/none", {0}, {});
  const std::string bytes = writer.finish().join();
  const Hdf5File file(bytes_of(bytes), "x.h5");
  CHECK(file.at("q").dataset().type() == Hdf5Type::int8);
  CHECK(file.at("q").dataset().shape() == Shape{2, 2});
  CHECK(file.at("q").dataset().read_int8() == std::vector<std::int8_t>{-128, 0, 5, 127});
  CHECK(file.at("none").dataset().read_int8().empty());
  CHECK(message_of<ShapeError>([&] {
          writer.add_int8("/r", {3}, {1, 2});
        }) == "[write_hdf5] 'x.h5', '/r': 2 values do not fit the shape (3,)");
}

TEST_CASE("Hdf5Writer: attributes of groups and datasets") {
  Hdf5Writer writer("x.h5");
  writer.add_group("/layers/dense/vars");
  writer.add_dataset("/w", Tensor(1.F));
  writer.set_attribute("/layers/dense/vars", "name", "gr\u00FC\u00DFe");
  writer.set_attribute("/layers", "names", Strings{"kernel:0", "", "bias:0"});
  writer.set_attribute("/layers", "no_names", Strings{});
  writer.set_attribute("/", "model_config", std::string(200'000, 'x'));
  writer.set_attribute("/w", "count", 3);
  writer.set_attribute("/w", "rate", 0.1);
  writer.set_attribute("/w", "empty", "");
  const std::string bytes = writer.finish().join();
  const Hdf5File file(bytes_of(bytes), "x.h5");
  CHECK(file.at("layers/dense/vars").string_attribute("name") == "gr\u00FC\u00DFe");
  CHECK(file.at("layers").strings_attribute("names") == Strings{"kernel:0", "", "bias:0"});
  CHECK(file.at("layers").strings_attribute("no_names") == Strings{});
  CHECK(file.at("/").string_attribute("model_config") == std::string(200'000, 'x'));
  CHECK(file.at("w").integer_attribute("count") == 3);
  CHECK(file.at("w").floating_attribute("rate") == 0.1);
  CHECK(file.at("w").string_attribute("empty") == "");
}

TEST_CASE("Hdf5Writer: tensors are not copied, and the image says where they lie") {
  const Tensor table = fixture_numbers({100, 7});
  Hdf5Writer writer("x.h5");
  writer.add_dataset("/first", Tensor({1, 2, 3}));
  writer.add_dataset("/table", table);
  writer.add_dataset("/none", Tensor::zeros({0}));
  const auto image = writer.finish();
  const std::string bytes = image.join();
  CHECK(image.size() == bytes.size());
  CHECK(image.parts().back().data() == reinterpret_cast<const char*>(table.data<float>()));
  const auto place = image.place("/table");
  REQUIRE(place);
  CHECK(place->offset % 64 == 0);
  CHECK(place->length == table.nbytes());
  CHECK(std::memcmp(bytes.data() + place->offset, table.data<float>(), table.nbytes()) == 0);
  CHECK_FALSE(image.place("/none"));
  CHECK_FALSE(image.place("/other"));
  const Hdf5File file(bytes_of(bytes), "x.h5");
  CHECK(file.at("table").dataset().place()->offset == place->offset);
}

TEST_CASE("Hdf5Writer: the same objects make the same bytes; an image may be moved; none make an empty file") {
  const auto write = [] {
    Hdf5Writer writer("x.h5");
    writer.add_dataset("/a/b", Tensor({1.F}));
    writer.add_int8("/q", {1}, {3});
    writer.set_attribute("/a", "name", "n");
    return writer.finish();
  };
  auto image = write();
  const auto moved = std::move(image);
  CHECK(moved.join() == write().join());
  const std::string empty = Hdf5Writer("x.h5").finish().join();
  CHECK(Hdf5File(bytes_of(empty), "x.h5").root().children().empty());
}

TEST_CASE("Hdf5Writer: hundreds of layers") {
  Hdf5Writer writer("x.h5");
  for (int i = 0; i < 300; ++i) writer.add_dataset(fmt::format("/layers/dense_{}/vars/0", i), Tensor({i, i + 1}));
  const std::string bytes = writer.finish().join();
  const Hdf5File file(bytes_of(bytes), "x.h5");
  for (int i = 0; i < 300; ++i)
    CHECK(same_bits(file.at(fmt::format("layers/dense_{}/vars/0", i)).dataset().read(), Tensor({i, i + 1})));
}

TEST_CASE("Hdf5Writer: two objects at one path, attributes of nothing and what does not fit are refused") {
  const auto error = [](auto&& fill) {
    Hdf5Writer writer("x.h5");
    writer.add_dataset("/w", Tensor(1.F));
    fill(writer);
    return message_of<FileError>([&] { writer.finish(); });
  };
  CHECK(error([](Hdf5Writer& writer) { writer.add_group("/w"); }) ==
        "[write_hdf5] 'x.h5', '/w': cannot make the group; libhdf5 says: name already exists");
  CHECK(error([](Hdf5Writer& writer) {
          writer.add_group("/w/x");
        }).starts_with("[write_hdf5] 'x.h5', '/w/x': cannot make the group; libhdf5 says: "));
  CHECK(error([](Hdf5Writer& writer) {
          writer.set_attribute("/v", "name", "n");
        }).starts_with("[write_hdf5] 'x.h5', '/v': cannot write attributes; libhdf5 says: "));
  CHECK(error([](Hdf5Writer& writer) {
          writer.set_attribute("/w", "names", Strings(5000, "n"));
        }).starts_with("[write_hdf5] 'x.h5', '/w': cannot write the attribute 'names'; libhdf5 says: "));
  Hdf5Writer writer("x.h5");
  CHECK_THROWS_AS(writer.add_dataset("/w", Tensor::symbolic({2})), StateError);
}
