# APK signing alone: no key, no agent, no state. hallmark-sign gives it a way to sign a digest.
add_library(hallmark_apk_signing STATIC
  ${CMAKE_CURRENT_LIST_DIR}/apk_signing.cpp
  ${CMAKE_CURRENT_LIST_DIR}/apk_signing_block.cpp)
target_link_libraries(hallmark_apk_signing
  PUBLIC hallmark_verify
  PRIVATE OpenSSL::Crypto)
