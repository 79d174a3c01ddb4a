# weft_add_plugin(NAME [TORCH] SOURCES FILE... [LIBRARIES TARGET...])
#
# A plugin as a shared library `NAME.so` that exports its entry and nothing else. With TORCH it is linked to
# LibTorch and compiled as C++17 (LibTorch 1.13's headers are not good C++20); without, as C++20.
function(weft_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TORCH" "" "SOURCES;LIBRARIES")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "weft_add_plugin(${name}): write weft_add_plugin(NAME [TORCH] SOURCES FILE... [LIBRARIES TARGET...])")
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
    # The sanitizer's runtime is in the host program.
    target_link_options(${name} PRIVATE -Wl,-z,undefs)
  endif()
endfunction()

# LibTorch for one target: headers, libraries, C++17, and the version that the fingerprint tells. A macro, so
# that what find_package sets lives where the caller is.
macro(weft_use_torch target)
  if(NOT TARGET torch OR NOT TORCH_FOUND)
    find_package(Torch REQUIRED)
  endif()
  target_include_directories(${target} SYSTEM PRIVATE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(${target} PRIVATE torch)
  target_compile_definitions(${target} PRIVATE WEFT_TORCH_VERSION="${Torch_VERSION}")
  target_compile_features(${target} PRIVATE cxx_std_17)
  set_target_properties(${target} PROPERTIES CXX_STANDARD 17)
endmacro()
