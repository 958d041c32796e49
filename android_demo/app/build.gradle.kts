// Not verified here: tools/build_apk.sh compiles and packs the same sources without Gradle.
import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.kotlin.android)
}

android {
    namespace = "dev.edgebert.demo"
    compileSdk = 35

    defaultConfig {
        applicationId = "dev.edgebert.demo"
        minSdk = 26
        // From 35 on Android draws apps below its bars, which the screens would have to leave room for.
        targetSdk = 34
        versionCode = 1
        versionName = "0.1.0"
        // Phones, and the emulator; each runtime has libraries for both.
        ndk { abiFilters += listOf("arm64-v8a", "x86_64") }
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_11
        targetCompatibility = JavaVersion.VERSION_11
    }

    // A model is mapped into memory from its file, so nothing is gained by compressing it.
    androidResources { noCompress += listOf("pte", "tflite") }
}

kotlin {
    compilerOptions { jvmTarget = JvmTarget.JVM_11 }
}

dependencies {
    implementation(project(":core"))
    implementation(project(":screens"))
    implementation(libs.executorch)
    implementation(libs.litert)
}
