#include "hdf5_file.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

namespace weft::storage {
namespace {

namespace fs = std::filesystem;

hid_t memory_type(Element element) {
  switch (element) {
    case Element::f32:
      return H5T_NATIVE_FLOAT;
    case Element::f64:
      return H5T_NATIVE_DOUBLE;
    case Element::i64:
      return H5T_NATIVE_INT64;
    case Element::u64:
      return H5T_NATIVE_UINT64;
    case Element::u8:
      return H5T_NATIVE_UINT8;
  }
  return H5T_NATIVE_FLOAT;
}

/// Keeps the library from printing its own error stack; errors are exceptions here.
void disable_error_printing() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

/// The innermost message of the library's error stack, which the next call of the library clears: the reason of the
/// last failure.
std::string reason() {
  std::string text;
  const auto innermost = [](unsigned number, const H5E_error2_t* error, void* out) -> herr_t {
    if (number == 0 && error->desc) *static_cast<std::string*>(out) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, &text);
  return text.empty() ? "no reason" : text;
}

std::string text_of(const std::vector<int64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

Handle open_file(const std::string& name) {
  disable_error_printing();
  std::error_code error;
  if (!fs::is_regular_file(name, error)) return {-1, &H5Fclose};  // opening a pipe would wait for a writer
  return {H5Fopen(name.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), &H5Fclose};
}

}  // namespace

InputFile::InputFile(const std::string& name, const std::string& expected)
    : name_(name), expected_(expected), file_(open_file(name)) {
  if (file_.valid()) return;
  const std::string why = reason();
  std::error_code error;
  if (!fs::exists(name, error)) throw Error(fmt::format("{} does not exist; {} was expected", name, expected));
  if (!fs::is_regular_file(name, error))
    throw Error(fmt::format("{} is not a regular file; {} was expected", name, expected));
  throw Error(fmt::format("{} cannot be opened; {} was expected; HDF5 reports: {}", name, expected, why));
}

bool InputFile::has(const std::string& array) const { return H5Lexists(file_.id(), array.c_str(), H5P_DEFAULT) > 0; }

std::vector<std::string> InputFile::names() const {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  H5Literate(file_.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names);
  return names;
}

Handle InputFile::open(const std::string& array) const {
  Handle set(H5Dopen2(file_.id(), array.c_str(), H5P_DEFAULT), &H5Dclose);
  const std::string why = set.valid() ? "" : reason();
  if (!set.valid() && has(array))
    throw Error(fmt::format("{}: the array '{}' cannot be opened; HDF5 reports: {}", name_, array, why));
  if (!set.valid()) throw Error(fmt::format("{} has no array '{}'; {} was expected", name_, array, expected_));
  return set;
}

std::vector<int64_t> InputFile::shape(const std::string& array) const {
  const Handle set = open(array), space(H5Dget_space(set.id()), &H5Sclose);
  const int dimensions = H5Sget_simple_extent_ndims(space.id());
  if (dimensions < 0)
    throw Error(fmt::format("{}: the shape of '{}' cannot be read; the file is damaged", name_, array));
  std::vector<hsize_t> extents(static_cast<std::size_t>(dimensions));
  H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
  return {extents.begin(), extents.end()};
}

void InputFile::read_raw(const std::string& array, hid_t type, const std::vector<int64_t>& expected, void* out) const {
  const std::vector<int64_t> stored = shape(array);
  if (stored != expected)
    throw Error(fmt::format("{}: the array '{}' has the shape {}; {} was expected", name_, array, text_of(stored),
                            text_of(expected)));
  if (H5Dread(open(array).id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0)
    throw Error(fmt::format("{}: the array '{}' cannot be read as numbers; HDF5 reports: {}", name_, array, reason()));
}

template <class T>
void InputFile::require_finite(const std::string& array, const std::vector<int64_t>& shape, const T* values) const {
  const int64_t columns = shape.size() == 2 ? shape[1] : 1;
  int64_t count = 1;
  for (const int64_t extent : shape) count *= extent;
  for (int64_t index = 0; index < count; ++index)
    if (!std::isfinite(values[index]))
      throw Error(fmt::format("{}: {} is {} in row {}, column {} (counted from 0); finite numbers were expected", name_,
                              array, values[index], index / columns, index % columns));
}

void InputFile::read(const std::string& array, Element element, const std::vector<int64_t>& shape, void* out) const {
  read_raw(array, memory_type(element), shape, out);
  if (element == Element::f32) require_finite(array, shape, static_cast<const float*>(out));
  if (element == Element::f64) require_finite(array, shape, static_cast<const double*>(out));
}

void InputFile::read_flags(const std::string& array, int64_t size, uint8_t* out) const {
  const Handle set = open(array), type(H5Dget_type(set.id()), &H5Tclose);
  std::vector<double> numbers;
  if (H5Tget_class(type.id()) == H5T_ENUM) {  // booleans, as h5py writes them
    read_raw(array, H5T_NATIVE_UINT8, {size}, out);
    numbers.assign(out, out + size);
  } else {
    numbers.resize(static_cast<std::size_t>(size));
    read_raw(array, H5T_NATIVE_DOUBLE, {size}, numbers.data());
  }
  for (int64_t row = 0; row < size; ++row) {
    const double number = numbers[static_cast<std::size_t>(row)];
    if (number != 0.0 && number != 1.0)
      throw Error(
          fmt::format("{}: {} is {} in row {} (counted from 0); 0 or 1 was expected", name_, array, number, row));
    out[row] = number == 1.0 ? 1 : 0;
  }
}

OutputFile::OutputFile(const std::string& name, bool keep)
    : name_(name), unfinished_(fmt::format("{}.unfinished", name)), file_(-1, &H5Fclose) {
  disable_error_printing();
  std::error_code error;
  const fs::path folder = fs::path(name).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  fs::remove(unfinished_, error);                                // of a killed process, or a link
  const Handle settings(H5Pcreate(H5P_FILE_CREATE), &H5Pclose);  // lives until reason(), which its end would clear
  if (keep && fs::exists(name_, error)) {
    if (!fs::copy_file(name_, unfinished_, error)) abandon(error.message());
    file_.reset(H5Fopen(unfinished_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  } else {
    // Without creation times, equal contents give equal bytes.
    H5Pset_obj_track_times(settings.id(), false);
    file_.reset(H5Fcreate(unfinished_.c_str(), H5F_ACC_EXCL, settings.id(), H5P_DEFAULT));
  }
  if (!file_.valid()) abandon(fmt::format("HDF5 reports: {}", reason()));
}

OutputFile::~OutputFile() {
  file_.reset(-1);
  std::error_code error;
  fs::remove(unfinished_, error);
}

void OutputFile::add_group(const std::string& group) {
  const Handle settings(H5Pcreate(H5P_GROUP_CREATE), &H5Pclose);
  H5Pset_obj_track_times(settings.id(), false);
  const Handle made(H5Gcreate2(file_.id(), group.c_str(), H5P_DEFAULT, settings.id(), H5P_DEFAULT), &H5Gclose);
  if (!made.valid()) fail();
}

void OutputFile::remove(const std::string& name) {
  if (H5Ldelete(file_.id(), name.c_str(), H5P_DEFAULT) < 0) fail();
}

void OutputFile::write(const std::string& array, Element element, const std::vector<int64_t>& shape, const void* data) {
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  const Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), &H5Sclose);
  const Handle settings(H5Pcreate(H5P_DATASET_CREATE), &H5Pclose);
  H5Pset_obj_track_times(settings.id(), false);
  const hid_t type = memory_type(element);
  const Handle set(H5Dcreate2(file_.id(), array.c_str(), type, space.id(), H5P_DEFAULT, settings.id(), H5P_DEFAULT),
                   &H5Dclose);
  if (!set.valid() || H5Dwrite(set.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) fail();
}

void OutputFile::abandon(const std::string& why) const {
  std::error_code error;
  fs::remove(unfinished_, error);
  fail(why);
}

void OutputFile::finish() {
  if (H5Fflush(file_.id(), H5F_SCOPE_LOCAL) < 0) fail();
  file_.reset(-1);
  std::error_code error;
  fs::rename(unfinished_, name_, error);
  if (error) fail(error.message());
}

void OutputFile::fail() const { fail(fmt::format("HDF5 reports: {}", reason())); }

void OutputFile::fail(const std::string& why) const {
  throw Error(
      fmt::format("{} cannot be written; name a file in a folder that is writable and has space; {}", name_, why));
}

}  // namespace weft::storage
