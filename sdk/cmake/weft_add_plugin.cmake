# weft_add_plugin(NAME [TORCH] SOURCES FILE... [LIBRARIES TARGET...])
#
# Builds a plugin: a shared library `NAME.so` in lib/weft/plugins of the build folder that exports only its entry. With
# TORCH it is linked to LibTorch and compiled as the C++ that its headers need (weft_torch.cmake); otherwise as C++20.
function(weft_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TORCH" "" "SOURCES;LIBRARIES")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "weft_add_plugin(${name}): missing SOURCES or unexpected argument; the usage is "
      "weft_add_plugin(NAME [TORCH] SOURCES FILE... [LIBRARIES TARGET...])")
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  if(arg_TORCH)  # before the other libraries, so that its own symbols come first in PyTorch's packages
    weft_use_torch(${name})
  else()
    target_compile_features(${name} PRIVATE cxx_std_20)
  endif()
  target_link_libraries(${name} PRIVATE weft::sdk ${arg_LIBRARIES})
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    INSTALL_RPATH_USE_LINK_PATH ON  # to libraries of a Python environment
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/weft/plugins)
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL -Wl,--no-undefined)
  if(CMAKE_CXX_FLAGS MATCHES "-fsanitize" OR CMAKE_MODULE_LINKER_FLAGS MATCHES "-fsanitize")
    # The host program provides the sanitizer's runtime.
    target_link_options(${name} PRIVATE -Wl,-z,undefs)
  endif()
endfunction()
