#include <cornu/framework/formats/hdf5/skeleton.hpp>

#include <fmt/format.h>
#include <hdf5.h>

#include <array>
#include <cstddef>
#include <mutex>
#include <utility>

#include <cornu/framework/base/errors.hpp>

namespace cornu::formats::hdf5 {

namespace {

/// What is being made, for errors.
struct Place {
  const std::string& file;
  const std::string& object;
};

/// The reason of libhdf5's last error: the innermost of its messages.
std::string reason() {
  std::string text = "an unknown error";
  const auto take = [](unsigned, const H5E_error2_t* error, void* out) -> herr_t {
    *static_cast<std::string*>(out) = error->desc;
    return 1;  // no further
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take, &text);
  return text;
}

[[noreturn]] void fail(const Place& place, std::string_view action) {
  throw FileError("write_hdf5",
                  fmt::format("'{}', '{}': cannot {}; libhdf5 says: {}", place.file, place.object, action, reason()));
}

void require(const Place& place, std::string_view action, herr_t status) {
  if (status < 0) fail(place, action);
}

/// One of libhdf5's numbers, given back when it goes.
class Handle {
 public:
  Handle(const Place& place, std::string_view action, hid_t id) : id_(id) {
    if (id < 0) fail(place, action);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { H5Idec_ref(id_); }
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
};

/// While it lives libhdf5 prints nothing, and nobody else uses it through us: it need not be built for several threads.
class Session {
 public:
  Session() : lock_(mutex()) {
    H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }

 private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  std::lock_guard<std::mutex> lock_;
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

hid_t make_bool() {
  const hid_t type = H5Tenum_create(H5T_STD_I8LE);
  const std::array<signed char, 2> values{0, 1};
  if (type >= 0 && (H5Tenum_insert(type, "FALSE", &values[0]) < 0 || H5Tenum_insert(type, "TRUE", &values[1]) < 0)) {
    H5Tclose(type);
    return H5I_INVALID_HID;
  }
  return type;
}

hid_t make_type(Hdf5Type type) {
  switch (type) {
    case Hdf5Type::float32:
      return H5Tcopy(H5T_IEEE_F32LE);
    case Hdf5Type::float64:
      return H5Tcopy(H5T_IEEE_F64LE);
    case Hdf5Type::int8:
      return H5Tcopy(H5T_STD_I8LE);
    case Hdf5Type::int32:
      return H5Tcopy(H5T_STD_I32LE);
    case Hdf5Type::int64:
      return H5Tcopy(H5T_STD_I64LE);
    case Hdf5Type::bfloat16:
      return H5Tcreate(H5T_OPAQUE, 2);
    default:
      return make_bool();
  }
}

hid_t make_string_type() {
  const hid_t type = H5Tcopy(H5T_C_S1);
  if (type >= 0 && (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
    H5Tclose(type);
    return H5I_INVALID_HID;
  }
  return type;
}

hid_t make_space(const Shape& shape) {
  if (shape.empty()) return H5Screate(H5S_SCALAR);
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  return H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr);
}

/// Writes one attribute of an open object.
class AttributeWriter {
 public:
  AttributeWriter(const Place& place, hid_t object, const std::string& name)
      : place_(place), object_(object), name_(name), action_(fmt::format("write the attribute '{}'", name)) {}

  void operator()(const std::string& text) const { write_strings(H5Screate(H5S_SCALAR), {text.c_str()}); }
  void operator()(const std::vector<std::string>& texts) const {
    std::vector<const char*> pointers;
    for (const std::string& text : texts) pointers.push_back(text.c_str());
    write_strings(make_space(Shape{texts.size()}), pointers);
  }
  void operator()(std::int64_t number) const { write_number(H5T_STD_I64LE, H5T_NATIVE_INT64, &number); }
  void operator()(double number) const { write_number(H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &number); }

 private:
  void write_strings(hid_t space, const std::vector<const char*>& pointers) const {
    const Handle strings(place_, action_, make_string_type());
    write(strings, strings, space, pointers.data(), !pointers.empty());
  }
  void write_number(hid_t stored, hid_t given, const void* number) const {
    write(stored, given, H5Screate(H5S_SCALAR), number, true);
  }
  void write(hid_t stored, hid_t given, hid_t space_id, const void* values, bool has_values) const {
    const Handle space(place_, action_, space_id);
    const Handle attribute(place_, action_,
                           H5Acreate2(object_, name_.c_str(), stored, space, H5P_DEFAULT, H5P_DEFAULT));
    if (has_values) require(place_, action_, H5Awrite(attribute, given, values));
  }

  const Place& place_;
  hid_t object_;
  const std::string& name_;
  std::string action_;
};

/// The file in memory.
class Skeleton {
 public:
  explicit Skeleton(const std::string& name)
      : name_(name),
        access_(root_, "begin", H5Pcreate(H5P_FILE_ACCESS)),
        groups_on_the_way_(root_, "begin", H5Pcreate(H5P_LINK_CREATE)),
        contiguous_(root_, "begin", H5Pcreate(H5P_DATASET_CREATE)),
        file_(root_, "begin", open()) {}

  void add(const Hdf5Writer::Object& object) {
    const Place place{name_, object.path};
    if (object.is_dataset)
      add_dataset(place, object);
    else
      Handle(place, "make the group",
             H5Gcreate2(file_, object.path.c_str(), groups_on_the_way_, H5P_DEFAULT, H5P_DEFAULT));
  }
  void add(const Hdf5Writer::Attribute& attribute) {
    const Place place{name_, attribute.path};
    const Handle object(place, "write attributes", H5Oopen(file_, attribute.path.c_str(), H5P_DEFAULT));
    std::visit(AttributeWriter(place, object, attribute.name), attribute.value);
  }

  std::string bytes() const {
    require(root_, "finish", H5Fflush(file_, H5F_SCOPE_LOCAL));
    const ssize_t size = H5Fget_file_image(file_, nullptr, 0);
    if (size < 0) fail(root_, "finish");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (H5Fget_file_image(file_, bytes.data(), bytes.size()) != size) fail(root_, "finish");
    return bytes;
  }

 private:
  hid_t open() const {
    require(root_, "begin", H5Pset_libver_bounds(access_, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST));
    require(root_, "begin", H5Pset_fapl_core(access_, std::size_t{1} << 16, false));
    require(root_, "begin", H5Pset_create_intermediate_group(groups_on_the_way_, 1));
    require(root_, "begin", H5Pset_obj_track_times(contiguous_, false));
    return H5Fcreate("cornu", H5F_ACC_TRUNC, H5P_DEFAULT, access_);  // in memory: no file has that name
  }
  void add_dataset(const Place& place, const Hdf5Writer::Object& object) {
    constexpr std::string_view action = "make the dataset";
    const Handle type(place, action, make_type(object.type)), space(place, action, make_space(object.shape));
    const Handle dataset(
        place, action,
        H5Dcreate2(file_, object.path.c_str(), type, space, groups_on_the_way_, contiguous_, H5P_DEFAULT));
    if (object.type == Hdf5Type::bfloat16) AttributeWriter(place, dataset, dtype_)(std::string("bfloat16"));
  }

  const std::string root_name_ = "/", dtype_ = "dtype";
  const std::string& name_;
  const Place root_{name_, root_name_};
  Handle access_, groups_on_the_way_, contiguous_, file_;
};

}  // namespace

std::string make_skeleton(const std::string& file, const std::vector<Hdf5Writer::Object>& objects,
                          const std::vector<Hdf5Writer::Attribute>& attributes) {
  const Session session;
  Skeleton skeleton(file);
  for (const Hdf5Writer::Object& object : objects) skeleton.add(object);
  for (const Hdf5Writer::Attribute& attribute : attributes) skeleton.add(attribute);
  return skeleton.bytes();
}

}  // namespace cornu::formats::hdf5
