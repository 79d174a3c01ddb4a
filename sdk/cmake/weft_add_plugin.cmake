# weft_add_plugin(NAME [TORCH] SOURCES FILE... [LIBRARIES TARGET...])
#
# Builds a plugin: a shared library `NAME.so` in lib/weft/plugins of the build folder that exports only its entry. With
# TORCH it is linked to LibTorch and compiled as C++17, because LibTorch 1.13's headers are not valid C++20; otherwise it
# is compiled as C++20.
function(weft_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TORCH" "" "SOURCES;LIBRARIES")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "weft_add_plugin(${name}): missing SOURCES or unexpected argument; the usage is "
      "weft_add_plugin(NAME [TORCH] SOURCES FILE... [LIBRARIES TARGET...])")
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE weft::sdk ${arg_LIBRARIES})
  if(arg_TORCH)
    weft_use_torch(${name})
  else()
    target_compile_features(${name} PRIVATE cxx_std_20)
  endif()
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/weft/plugins)
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL -Wl,--no-undefined)
  if(CMAKE_CXX_FLAGS MATCHES "-fsanitize" OR CMAKE_MODULE_LINKER_FLAGS MATCHES "-fsanitize")
    # The host program provides the sanitizer's runtime.
    target_link_options(${name} PRIVATE -Wl,-z,undefs)
  endif()
endfunction()

# LibTorch for one target: headers, libraries, C++17, and the version for the fingerprint. A macro, so that the
# variables of find_package are set in the caller's scope.
macro(weft_use_torch target)
  if(NOT TARGET torch OR NOT TORCH_FOUND)
    find_package(Torch REQUIRED)
  endif()
  target_include_directories(${target} SYSTEM PRIVATE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(${target} PRIVATE torch)
  weft_torch_version(weft_torch)
  target_compile_definitions(${target} PRIVATE WEFT_TORCH_VERSION="${weft_torch}")
  target_compile_features(${target} PRIVATE cxx_std_17)
  set_target_properties(${target} PROPERTIES CXX_STANDARD 17)
endmacro()

# The version of the LibTorch that was found. Debian's package knows it best: in Debian 12, the headers and files of 1.13.1
# say 1.13.0.
function(weft_torch_version variable)
  set(version ${Torch_VERSION})
  if(TORCH_LIBRARY MATCHES "^/usr/lib/")
    execute_process(COMMAND dpkg-query --show "--showformat=\${Version}" libtorch-dev
      OUTPUT_VARIABLE package ERROR_QUIET)
    if(package MATCHES "^[0-9]+(\\.[0-9]+)+")
      set(version ${CMAKE_MATCH_0})
    endif()
  endif()
  set(${variable} ${version} PARENT_SCOPE)
endfunction()
